using Sextant.Cli;

NativeSettings.Apply();
Interruption.StopWithParent();
return CommandLine.Run(args, Terminal.OfProcess());
