using Sextant.Benchmarks;

if (args is ["steps", ..])
{
    int rounds = args.Length > 1 ? int.Parse(args[1], System.Globalization.CultureInfo.InvariantCulture) : 5;
    var widths = args.Length > 2 ? args[2].Split(',').Select(a => int.Parse(a, System.Globalization.CultureInfo.InvariantCulture)) : [16, 32, 64, 128];
    return CourseSteps.Run(widths, rounds, Console.Out) ? 0 : 1;
}

Console.Error.WriteLine("usage: Sextant.Benchmarks steps [ROUNDS] [WIDTH,WIDTH,...]   training steps a second of the course decoder, against a plain loop");
return 2;
