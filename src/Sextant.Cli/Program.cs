using Sextant.Cli;

Interruption.StopWithParent();
return CommandLine.Run(args, Terminal.OfProcess());
