namespace Sextant.Cli;

/// <summary>A command line that parses and makes no sense: exit code 2, as where it does not parse.</summary>
internal sealed class UsageError(string message) : UserError(message);
