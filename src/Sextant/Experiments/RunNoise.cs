using Sextant.Scaling;
using Sextant.Scaling.GradientNoise;

namespace Sextant.Experiments;

/// <summary>The gradient noise scale of a run, from what it measured on its way.</summary>
public static class RunNoise
{
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
        return fit with { Provenance = new Provenance { Source = Path.GetFileName(folder.NoisePath), Used = measured.Count - fit.Excluded.Count } };
    }
}
