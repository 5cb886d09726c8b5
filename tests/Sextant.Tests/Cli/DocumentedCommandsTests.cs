using System.CommandLine.Parsing;
using Sextant.Cli;
using Sextant.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>Every `./sextant` line in the documents parses, and every recipe change in one is possible.</summary>
public sealed class DocumentedCommandsTests
{
    private static readonly string[] Documents = ["README.md", "CONTRIBUTING.md", "ARCHITECTURE.md"];

    public static TheoryData<string, string> Commands()
    {
        TheoryData<string, string> commands = [];
        foreach (string document in Documents.Concat(Directory.GetFiles(Repository.File("docs"), "*.md").Select(f => Path.GetRelativePath(Repository.Root, f))))
        {
            foreach (string line in File.ReadLines(Repository.File(document)).Where(l => l.StartsWith("./sextant ", StringComparison.Ordinal)))
            {
                commands.Add(document, line);
            }
        }

        return commands;
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_in_a_document_is_one_that_the_program_takes(string document, string line)
    {
        string[] arguments = [.. CommandLineParser.SplitCommandLine(line.Split(" #")[0].Split([" > ", " < ", " | "], StringSplitOptions.None)[0]).Skip(1)];

        Assert.Null(CommandLine.Mistake(arguments));
        if (arguments is ["train", string recipe, ..] && recipe.StartsWith("recipes/", StringComparison.Ordinal))
        {
            string[] changes = [.. arguments.Zip(arguments.Skip(1)).Where(p => p.First == "--set").Select(p => p.Second)];
            string? data = arguments.Contains("--data") ? "pairs.tsv" : null;
            Assert.NotNull(RecipeFile.Load(Repository.File(recipe), changes, data, arguments.Contains("--split") ? "split.tsv" : null));
        }

        Assert.NotEmpty(document);
    }

    [Fact]
    public void A_mistake_is_seen() => Assert.NotNull(CommandLine.Mistake(["train", "a.json", "--nonsense"]));
}
