using System.Globalization;
using System.Security.Cryptography;
using Sextant.Data.Drawn;
using Sextant.Data.Pictures;
using Sextant.Matching.Contrastive;

namespace Sextant.Experiments.Clip;

/// <summary>Pictures with captions, made or read once and divided.</summary>
/// <param name="Train">What trains.</param>
/// <param name="Validation">What does not.</param>
/// <param name="Texts">Captions of what trains, from which a tokeniser is learned.</param>
/// <param name="LeftOut">Why each picture that cannot be used is left out.</param>
/// <param name="Origin">For a person.</param>
internal sealed record CaptionedData(CaptionedPart Train, CaptionedPart Validation, IEnumerable<string> Texts, IReadOnlyList<string> LeftOut, string Origin)
{
    /// <summary>Scenes that validate are taken from here on: those before are for measuring.</summary>
    private const long ValidationScenes = 1L << 40;

    /// <summary>The data of a recipe.</summary>
    /// <param name="recipe">Complete.</param>
    /// <param name="preparation">Of the model.</param>
    /// <param name="stop">Asked for by the user.</param>
    /// <exception cref="UserError">It cannot be read, or one part of it would be empty.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static CaptionedData Load(ContrastiveRecipe recipe, PicturePreparation preparation, CancellationToken stop) => recipe.Data switch
    {
        ContrastiveData.Drawn drawn => Load(drawn, recipe.Seed, preparation, stop),
        ContrastiveData.Pictures pictures => Load(pictures, recipe.Seed, preparation, stop),
        _ => throw new NotSupportedException(recipe.Data.GetType().Name),
    };

    /// <summary>Features of scenes, drawn at the size of the model.</summary>
    public static PicturePixels Drawn(IReadOnlyList<DrawnScene> scenes, PicturePreparation preparation, CancellationToken stop) =>
        PicturePixels.Of([.. Enumerable.Range(0, scenes.Count)], i => SceneDrawing.Draw(scenes[i], preparation.Size), preparation, null, 0, _ => { }, stop);

    private static CaptionedData Load(ContrastiveData.Drawn data, ulong seed, PicturePreparation preparation, CancellationToken stop)
    {
        ScenePool pool = new(data.Seed, data.HeldOutShare);
        DrawnScene[] train = [.. Enumerable.Range(0, data.Count).Select(i => pool.Training(i, data.Neighbours?.Group ?? 1))];
        DrawnScene[] validation = [.. Enumerable.Range(0, data.ValidationCount).Select(i => pool.Measuring(ValidationScenes + i, isHeldOut: i % 2 == 1 && pool.HeldOut.Count > 0))];
        CaptionedPart Part(DrawnScene[] scenes, int each, ulong stream) => new(
            Drawn(scenes, preparation, stop),
            each,
            (epoch, row, k) => SceneCaptions.Of(scenes[row], new SeededRandom(seed, stream, (ulong)epoch, (ulong)row, (ulong)k), k == 0 ? data.Captions : data.SecondCaptions!),
            row => [SceneCaptions.Full(scenes[row])]);
        var part = Part(train, data.SecondCaptions is null ? 1 : 2, 1);
        return new CaptionedData(part, Part(validation, 1, 2), Captions(part).Concat(train.Select(SceneCaptions.Full)), [], "drawn pictures");
    }

    private static CaptionedData Load(ContrastiveData.Pictures data, ulong seed, PicturePreparation preparation, CancellationToken stop)
    {
        var all = PictureFolder.Captioned(data.Path);
        var (train, validation) = Divided(all, data, seed);
        var leftOut = new List<string>();
        CaptionedPart Part(int[] numbers, PictureCropping? cropping, ulong stream)
        {
            var pixels = PicturePixels.Of(numbers, number => PictureDecoder.Read(all[number].Path), preparation, cropping, seed, leftOut.Add, stop);
            IReadOnlyList<string> Captions(int row) => all[pixels.Numbers[row]].Captions;
            return new CaptionedPart(
                pixels,
                1,
                (epoch, row, _) => Captions(row) is { Count: > 1 } several ? several[(int)new SeededRandom(seed, stream, (ulong)epoch, (ulong)pixels.Numbers[row]).Next(several.Count)] : Captions(row)[0],
                Captions);
        }

        var (training, validating) = (Part(train, data.Cropping, 1), Part(validation, null, 2));
        return training.Count >= 2 && validating.Count >= 2
            ? new CaptionedData(training, validating, Enumerable.Range(0, training.Count).SelectMany(training.Captions), leftOut, data.Path)
            : throw new UserError($"{data.Path}: of {all.Count} pictures with captions {training.Count} would train and {validating.Count} would validate{(leftOut.Count > 0 ? $" ({leftOut.Count} cannot be used: {leftOut[0].TrimEnd('.')})" : "")}, and both need two; give more pictures or another data.validationShare.");
    }

    /// <summary>A first caption of each picture.</summary>
    private static IEnumerable<string> Captions(CaptionedPart part) => Enumerable.Range(0, part.Count).SelectMany(row => Enumerable.Range(0, part.Each).Select(k => part.Caption(0, row, k)));

    /// <summary>Which pictures train and which validate, by seed; what is the same file under another name is in the same part.</summary>
    private static (int[] Train, int[] Validation) Divided(IReadOnlyList<CaptionedPicture> all, ContrastiveData.Pictures data, ulong seed)
    {
        string[] contents = new string[all.Count];
        Parallel.For(0, all.Count, i => contents[i] = Content(all[i].Path));
        int[][] groups = [.. Enumerable.Range(0, all.Count).GroupBy(i => contents[i]).Select(group => group.ToArray())];
        new SeededRandom(seed, 3).Shuffle(groups.AsSpan());
        int wanted = Math.Max(1, (int)Math.Round(data.ValidationShare * all.Count)), taken = 0;
        var validation = new List<int>();
        var train = new List<int>();
        foreach (int[] group in groups)
        {
            (taken < wanted ? validation : train).AddRange(group);
            taken += group.Length;
        }

        return ([.. train.Order()], [.. validation.Order()]);
    }

    /// <summary>What a file holds; a file that cannot be read is like no other, and is left out by who reads it.</summary>
    private static string Content(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(file));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    /// <summary>How many there are, for a person.</summary>
    public string Words() => string.Create(CultureInfo.InvariantCulture, $"{Origin}: {Train.Count:N0} pictures train, {Validation.Count:N0} validate{(LeftOut.Count > 0 ? $"; {LeftOut.Count} left out: {LeftOut[0].TrimEnd('.')}{(LeftOut.Count > 1 ? "; ..." : "")}" : "")}.");
}
