namespace Sextant.Cli;

/// <summary>The page of --out: a place that cannot be one is refused before anything is computed, and one that cannot be written after all does not cost what was found.</summary>
internal static class MatchPage
{
    /// <summary>Refuses what cannot be a folder.</summary>
    public static string? Checked(string? folder) => folder switch
    {
        "" => throw new UsageError("--out is empty; name a folder."),
        not null when File.Exists(folder) => throw new UserError($"{folder} is a file; give --out a folder."),
        _ => folder,
    };

    /// <summary>Writes a page; where that fails, says what was found before it fails too.</summary>
    /// <param name="terminal">Told where the page is.</param>
    /// <param name="folder">Of the page; null for none.</param>
    /// <param name="write">Writes it into the folder and says its path.</param>
    /// <param name="tell">Says what was found, with the page's path where there is one.</param>
    public static void Write(Terminal terminal, string? folder, Func<string, string> write, Action<string?> tell)
    {
        string? page = null;
        UserError? failure = null;
        try
        {
            page = folder is null ? null : write(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failure = new UserError($"The page in {folder} cannot be written: {Reason(e)}.", e);
        }

        tell(page);
        if (page is not null)
        {
            terminal.Say($"Page: {page}");
        }

        if (failure is not null)
        {
            throw failure;
        }
    }

    private static string Reason(Exception e) => e switch
    {
        _ when WholeFile.IsDiskFull(e) => "the disk is full; make room there and give the same command again, or another --out folder",
        UnauthorizedAccessException => "permission is denied; give another --out folder",
        DirectoryNotFoundException or FileNotFoundException => "no folder can be made there; give another --out folder",
        _ => $"{e.Message.Split('\n')[0].TrimEnd('.')}; give another --out folder",
    };
}
