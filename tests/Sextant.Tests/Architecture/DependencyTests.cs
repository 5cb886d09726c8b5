using System.Reflection;
using System.Xml.Linq;
using Sextant.Data;
using Sextant.Models;
using Xunit;

namespace Sextant.Tests.Architecture;

/// <summary>Dependencies point one way, as ARCHITECTURE.md draws them.</summary>
public sealed class DependencyTests
{
    /// <summary>What lies in the namespace Sextant itself.</summary>
    private const string RootFolder = "(root)";

    /// <summary>From the bottom: a folder may use its own layer and those before it.</summary>
    private static readonly string[][] Layers =
    [
        ["Scaling", RootFolder],
        ["Models", "Decoding", "Data", "Tokenization", "Pretrained"],
        ["Training", "Finetuning", "Matching", "Verification"],
        ["Experiments", "Reports"],
    ];

    /// <summary>What mathematics on points has no use for.</summary>
    private static readonly string[] NotForScaling =
    [
        "System.DateTime", "System.DateTimeOffset", "System.TimeProvider", "System.Diagnostics.Stopwatch", "System.Random",
        "System.IO.File", "System.IO.Directory", "System.IO.FileInfo", "System.IO.DirectoryInfo", "System.IO.FileStream",
        "System.IO.StreamReader", "System.IO.StreamWriter",
    ];

    private static readonly Assembly Library = typeof(SequenceModel).Assembly;

    /// <summary>Each type written in the library with the types it refers to.</summary>
    private static readonly (Type From, HashSet<Type> To)[] All =
        [.. Library.GetTypes().Where(t => t.Namespace?.StartsWith("Sextant", StringComparison.Ordinal) == true).Select(t => (t, References.Of(t)))];

    [Fact]
    public void The_scan_sees_what_a_signature_names() =>
        Assert.Contains(typeof(Batch), All.Single(t => t.From == typeof(SequenceModel)).To);

    [Fact]
    public void Every_folder_of_the_library_is_in_a_layer() =>
        Assert.Empty(All.Select(t => Folder(t.From)).Distinct().Except(Layers.SelectMany(l => l)));

    [Fact]
    public void A_folder_uses_its_own_layer_and_those_below()
    {
        var wrong = Between().Where(d => Layer(d.To) > Layer(d.From)).Select(d => $"{d.From} -> {d.To}: {d.Because}");

        Nothing(wrong);
    }

    [Fact]
    public void No_two_folders_need_each_other()
    {
        (string From, string To, string Because)[] between = [.. Between()];
        var reach = between.GroupBy(d => d.From).ToDictionary(g => g.Key, g => g.Select(d => d.To).ToHashSet());
        bool grew = true;
        while (grew)
        {
            grew = false;
            foreach (var reached in reach.Values)
            {
                string[] further = [.. reached.Where(reach.ContainsKey).SelectMany(f => reach[f]).Where(f => !reached.Contains(f))];
                reached.UnionWith(further);
                grew |= further.Length > 0;
            }
        }

        Nothing(between.Where(d => reach.TryGetValue(d.To, out var back) && back.Contains(d.From)).Select(d => $"{d.From} -> {d.To}: {d.Because}"));
    }

    [Fact]
    public void Scaling_knows_nothing_of_ours_but_seeded_draws_and_no_tensor_file_or_clock()
    {
        var scaling = All.Where(t => Folder(t.From) == "Scaling");

        Nothing(
            from type in scaling
            from to in type.To
            where (to.Assembly == Library && Folder(to) is not ("Scaling" or "") && to != typeof(SeededRandom))
                || to.Assembly.GetName().Name == "TorchSharp"
                || NotForScaling.Contains(to.FullName)
            select $"{type.From.FullName} uses {to.FullName}");
    }

    [Fact]
    public void The_library_knows_no_command_line_no_web_server_and_no_test()
    {
        string[] strangers = ["System.CommandLine", "Spectre.", "Microsoft.AspNetCore", "Microsoft.Extensions", "xunit", "FsCheck", "BenchmarkDotNet", "Sextant."];

        Nothing(Library.GetReferencedAssemblies().Select(a => a.Name!).Where(n => strangers.Any(s => n.StartsWith(s, StringComparison.Ordinal))));
    }

    [Fact]
    public void Only_executables_bring_libtorch()
    {
        List<string> wrong = [];
        foreach (string project in Repository.Files(".csproj"))
        {
            var content = XDocument.Load(project);
            bool executable = content.Descendants("OutputType").Any(t => t.Value == "Exe");
            bool imports = content.Descendants("Import").Any(i => i.Attribute("Project")!.Value.EndsWith("Libtorch.props", StringComparison.Ordinal));
            bool names = content.Descendants("PackageReference").Any(p => p.Attribute("Include")!.Value is string name && (name.StartsWith("TorchSharp-", StringComparison.Ordinal) || name.StartsWith("libtorch", StringComparison.Ordinal)));
            if (imports != executable || names)
            {
                wrong.Add(Path.GetRelativePath(Repository.Root, project));
            }
        }

        Nothing(wrong);
        Assert.DoesNotContain("libtorch", File.ReadAllText(Repository.File("src", "Sextant", "packages.lock.json")));
    }

    private static IEnumerable<(string From, string To, string Because)> Between() =>
        from type in All
        from to in type.To
        where to.Assembly == Library && Folder(to) is string folder && folder != Folder(type.From)
        group $"{type.From.Name} uses {to.Name}" by (From: Folder(type.From), To: Folder(to)) into pair
        select (pair.Key.From, pair.Key.To, string.Join(", ", pair.Distinct().Order(StringComparer.Ordinal).Take(5)));

    /// <summary>The second part of the namespace; empty for what the compiler adds.</summary>
    private static string Folder(Type type)
    {
        string[] parts = (type.Namespace ?? "").Split('.');
        return parts is ["Sextant", string folder, ..] ? folder : parts[0] == "Sextant" ? RootFolder : "";
    }

    private static int Layer(string folder) => Array.FindIndex(Layers, l => l.Contains(folder));

    private static void Nothing(IEnumerable<string> wrong) => Assert.True(!wrong.Any(), string.Join(Environment.NewLine, wrong));
}
