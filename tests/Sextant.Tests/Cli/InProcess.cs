using System.Text.Json.Nodes;
using Sextant.Cli;

namespace Sextant.Tests.Cli;

/// <summary>The command line run inside the test: what it wrote and how it ended.</summary>
internal sealed record InProcess(int ExitCode, string Output, string Errors)
{
    public JsonObject Json => JsonNode.Parse(Output)!.AsObject();

    public static InProcess Run(params string[] arguments) => RunWith("", arguments);

    public static InProcess RunWith(string input, params string[] arguments)
    {
        using StringWriter output = new(), errors = new();
        int code = CommandLine.Run(arguments, new Terminal(output, errors, new StringReader(input), IsErrorInteractive: false, IsInputRedirected: input.Length > 0, CancellationToken.None));
        return new(code, output.ToString(), errors.ToString());
    }
}
