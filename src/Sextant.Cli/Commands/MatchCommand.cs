using System.CommandLine;

namespace Sextant.Cli.Commands;

/// <summary>sextant match: pictures and captions.</summary>
internal static class MatchCommand
{
    public static Command Create(Terminal terminal) => new(
        "match",
        "Matches pictures with captions by a CLIP model: ranks the pictures of a folder for captions, gives each its class by name, or finds the captions that single one out.\n\nExamples:\n  sextant match rank pictures --caption \"orange fish\"\n  sextant match zero-shot pictures --labels fish,coral,diver\n  sextant match search pictures --target pictures/reef.jpg")
    {
        MatchRankCommand.Create(terminal),
        MatchZeroShotCommand.Create(terminal),
        MatchSearchCommand.Create(terminal),
    };
}
