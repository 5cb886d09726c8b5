using Sextant.Cli;

return CommandLine.Run(args, Terminal.OfProcess());
