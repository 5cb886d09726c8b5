using System.Globalization;
using Sextant.Benchmarks;

int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
switch (args)
{
    case ["steps", ..]:
        var widths = args.Length > 2 ? args[2].Split(',').Select(a => int.Parse(a, CultureInfo.InvariantCulture)) : [16, 32, 64, 128];
        return CourseSteps.Run(widths, rounds, Console.Out) ? 0 : 1;
    case ["parts", ..]:
        ModernParts.Run(rounds, Console.Out);
        return 0;
    case ["parametric", ..]:
        ParametricFits.Run(rounds, args.ElementAtOrDefault(2), Console.Out);
        return 0;
    case ["noise", ..]:
        return NoiseOverhead.Run(rounds, args.Length > 2 ? args[2].Split(',') : [], Console.Out) ? 0 : 1;
    case ["optimizers", ..]:
        OptimizerUpdates.Run(rounds, Console.Out);
        return 0;
    case ["encoders", ..]:
        return EncoderSpeeds.Run(rounds, args.ElementAtOrDefault(2), Console.Out) ? 0 : 1;
    case ["clip", ..]:
        return ClipSpeeds.Run(rounds, Console.Out) ? 0 : 1;
    default:
        Console.Error.WriteLine("""
            usage: Sextant.Benchmarks steps [ROUNDS] [WIDTH,WIDTH,...]     training steps a second of the course decoder, against a plain loop
                   Sextant.Benchmarks parts [ROUNDS]                       what each part of a modern decoder costs in a training step
                   Sextant.Benchmarks parametric [ROUNDS] [FILE.csv]       a parametric fit, alone and with 1,000 resamples
                   Sextant.Benchmarks noise [ROUNDS] [RECIPE,...]          what measuring the gradient noise adds to training
                   Sextant.Benchmarks optimizers [ROUNDS]                  one update of each optimiser against AdamW's, and its share of a step
                   Sextant.Benchmarks encoders [ROUNDS] [inference|steps]  an encoder of BERT's base size against onnxruntime and plain modules
                   Sextant.Benchmarks clip [ROUNDS]                        pictures and texts through a CLIP of ViT-B/32's size against onnxruntime
            """);
        return 2;
}
