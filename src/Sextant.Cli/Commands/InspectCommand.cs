using System.CommandLine;
using System.Globalization;
using System.Text;
using Sextant.Pretrained;
using Spectre.Console;

namespace Sextant.Cli.Commands;

/// <summary>sextant inspect FILE|FOLDER|NAME: the tensors of a checkpoint.</summary>
internal static class InspectCommand
{
    /// <summary>Some tools keep whole training logs in the metadata; --json has all of it.</summary>
    private const int LongestMetadata = 200;

    public static Command Create(Terminal terminal)
    {
        var path = new Argument<string>("FILE|FOLDER|NAME") { Description = "A file of weights (safetensors, PyTorch's .bin or .pt, or the index of several), a folder that holds one, or a model that was pulled." };
        var file = new Option<string?>("--file") { Description = "Which file of the folder, where it holds several.", HelpName = "F" };
        var json = Options.Json();
        var command = new Command(
            "inspect",
            "Lists the tensors of a checkpoint: name, type, shape and where each lies. Only what describes them is read, and nothing in the file is executed.\n\nExamples:\n  sextant inspect model.safetensors\n  sextant inspect bert-base-uncased --file pytorch_model.bin")
        {
            path, file, json,
        };
        command.SetAction(parsed =>
        {
            using var opened = TensorFile.Open(ModelFolder.OrFile(terminal, parsed.GetRequiredValue(path)), parsed.GetValue(file));
            var inspected = Inspected.Of(opened);
            if (parsed.GetValue(json))
            {
                terminal.WriteJson(inspected);
            }
            else
            {
                Write(terminal, inspected);
            }

            return 0;
        });
        return command;
    }

    private static void Write(Terminal terminal, Inspected inspected)
    {
        terminal.Out.WriteLine($"{inspected.Path}: {Format(inspected)}{(inspected.Under is null ? "" : $", tensors under '{inspected.Under}'")}");
        foreach (var (key, value) in inspected.Metadata)
        {
            terminal.Out.WriteLine($"metadata {Printable(key)}: {Printable(value.Length > LongestMetadata ? value[..LongestMetadata] + "..." : value)}");
        }

        var sharing = inspected.Tensors.Where(t => t.Storage.Key is not null).CountBy(t => (t.Storage.File, t.Storage.Key)).ToDictionary(c => c.Key, c => c.Value);
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("name", "type", "shape", "storage");
        foreach (var tensor in inspected.Tensors)
        {
            int sharers = tensor.Storage.Key is null ? 1 : sharing[(tensor.Storage.File, tensor.Storage.Key)];
            table.AddRow(new[] { tensor.Name, tensor.Type, Shape(tensor), Storage(inspected, tensor, sharers) }.Select(cell => Markup.Escape(Printable(cell))).ToArray());
        }

        terminal.WriteTable(table);
        terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{inspected.Tensors.Count:N0} tensors, {inspected.Parameters:N0} parameters, {inspected.Bytes:N0} bytes"));
        foreach (string leftOut in inspected.LeftOut)
        {
            terminal.Say($"left out: {Printable(leftOut)}");
        }
    }

    private static string Format(Inspected inspected) => inspected.Format switch
    {
        TensorFormat.Safetensors => "safetensors",
        TensorFormat.TorchZip => "PyTorch (zip)",
        _ => "PyTorch (before 1.6)",
    } + (inspected.Files.Count > 1 ? $", {inspected.Files.Count} files" : "");

    private static string Shape(InspectedTensor tensor) =>
        $"[{string.Join(", ", tensor.Shape)}]{(tensor.Strides is null ? "" : $" strides [{string.Join(", ", tensor.Strides)}]")}";

    private static string Storage(Inspected inspected, InspectedTensor tensor, int sharers)
    {
        var (file, key, offset, _) = tensor.Storage;
        string place = offset is long at ? $"at {at}" : "compressed";
        return (inspected.Files.Count > 1 ? Path.GetFileName(file) + " " : "")
            + (key is null ? place : $"{key} {place}")
            + (sharers > 1 ? $", shared by {sharers}" : "");
    }

    /// <summary>Names come from a file that nobody may have looked at: nothing in them may play with the terminal.</summary>
    private static string Printable(string text)
    {
        var printable = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            bool isShown = !Rune.IsControl(rune) && Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            printable.Append(isShown ? rune.ToString() : "?");
        }

        return printable.ToString();
    }

    /// <summary>A checkpoint, as --json prints it.</summary>
    /// <param name="Path">The file that was opened.</param>
    /// <param name="Format">safetensors, torchZip or torchLegacy.</param>
    /// <param name="Files">That hold the values: one, or those that an index names.</param>
    /// <param name="Metadata">The __metadata__ of safetensors.</param>
    /// <param name="Tensors">In the order of the file.</param>
    /// <param name="Parameters">Floating-point values; a tensor that has several names counts once.</param>
    /// <param name="Bytes">Of all storages, each once.</param>
    /// <param name="Under">The key of the pickle that holds the tensors; null at the top.</param>
    /// <param name="LeftOut">What else the file holds.</param>
    private sealed record Inspected(
        string Path,
        TensorFormat Format,
        IReadOnlyList<string> Files,
        IReadOnlyDictionary<string, string> Metadata,
        IReadOnlyList<InspectedTensor> Tensors,
        long Parameters,
        long Bytes,
        string? Under,
        IReadOnlyList<string> LeftOut)
    {
        public static Inspected Of(TensorFile file)
        {
            InspectedTensor[] tensors = [.. file.Tensors.Select(t => new InspectedTensor(t.Name, t.TypeName, t.Shape, t.Storage, t.Strides))];
            long parameters = file.Tensors
                .Where(t => t.TypeName.Contains("float", StringComparison.Ordinal))
                .DistinctBy(t => t.Storage.Key is null ? t.Name : $"{t.Storage.File}\n{t.Storage.Key}\n{t.Storage.Offset}\n{string.Join(',', t.Shape)}\n{string.Join(',', t.Strides ?? [])}")
                .Sum(t => t.Count);
            long bytes = tensors.DistinctBy(t => t.Storage.Key is null ? (t.Storage.File, t.Name, true) : (t.Storage.File, t.Storage.Key, false)).Sum(t => t.Storage.Bytes);
            return new Inspected(file.Path, file.Format, file.Files, file.Metadata, tensors, parameters, bytes, file.Under, file.LeftOut);
        }
    }

    private sealed record InspectedTensor(string Name, string Type, IReadOnlyList<long> Shape, TensorStorage Storage, IReadOnlyList<long>? Strides);
}
