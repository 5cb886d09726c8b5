using System.Globalization;
using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Experiments;

/// <summary>The gradient noise scale of a run, from what it measured on its way.</summary>
public static class RunNoise
{
    /// <summary>A training loss below this share of the validation loss is of data that are being learnt by heart.</summary>
    private const double Memorised = 0.5;

    /// <summary>Of the measurements so far; a run that is not done has fewer.</summary>
    /// <exception cref="UserError">The run does not measure its noise, or its file is damaged.</exception>
    public static NoiseScaleFit Of(RunFolder folder)
    {
        if (!File.Exists(folder.NoisePath) && folder.ReadRecipe().Training.NoiseScale is null)
        {
            throw new UserError($"{folder.Root} did not measure its gradient noise; train its recipe into another folder with `sextant noise RECIPE --out DIR`.");
        }

        var measured = folder.ReadNoise();
        var fit = NoiseScaleFit.Of(measured);
        return fit with { Warnings = [.. fit.Warnings, .. ByHeart(folder)], Provenance = new Provenance { Source = Path.GetFileName(folder.NoisePath), Used = measured.Count - fit.Excluded.Count } };
    }

    /// <summary>Where the training loss goes to 0 so does the gradient that the noise is held against.</summary>
    private static IEnumerable<string> ByHeart(RunFolder folder)
    {
        if (folder.ReadMetrics() is [.., { TrainLoss: var train, ValidationLoss: var validation }] && train < Memorised * validation)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"The training loss ended at {train:G3} and the validation loss at {validation:G3}: the data are being learnt by heart, so that the scale grows because their gradient goes to 0. That is no case for a larger batch.");
        }
    }
}
