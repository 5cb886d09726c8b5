using System.Collections;
using System.Diagnostics;

namespace Sextant.Tests;

/// <summary>What a child process said and how it ended.</summary>
internal sealed record ChildProcess(int ExitCode, string Output, string Errors)
{
    public string Everything => Output + Errors;

    /// <summary>Runs a program to its end, or ends it after the time limit with an exception that holds what it said.</summary>
    public static async Task<ChildProcess> Run(
        string program,
        IEnumerable<string> arguments,
        string? folder = null,
        IReadOnlyDictionary<string, string?>? environment = null,
        TimeSpan? limit = null)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = folder ?? Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        ForgetTheRunningBuild(start);
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource tooLong = new(limit ?? TimeSpan.FromMinutes(5));
        try
        {
            await process.WaitForExitAsync(tooLong.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took too long. It said: {await output}{await errors}");
        }

        return new(process.ExitCode, await output, await errors);
    }

    /// <summary>`dotnet test` tells its children where its own MSBuild and SDK are; a new `dotnet` must find them itself.</summary>
    private static void ForgetTheRunningBuild(ProcessStartInfo start)
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
        {
            string name = (string)variable.Key;
            if (name.StartsWith("MSBuild", StringComparison.OrdinalIgnoreCase) || name.StartsWith("TESTINGPLATFORM", StringComparison.OrdinalIgnoreCase))
            {
                start.Environment.Remove(name);
            }
        }
    }
}
