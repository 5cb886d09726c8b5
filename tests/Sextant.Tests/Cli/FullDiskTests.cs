using Sextant.Experiments;
using Sextant.Tests.Experiments;
using Xunit;

namespace Sextant.Tests.Cli;

/// <summary>A study on a disk that fills up, before and while its workers train.</summary>
public sealed class FullDiskTests
{
    private const string Grid = "\"grid\": { \"model.hidden\": [8, 16] }, \"seeds\": [1, 2]";

    /// <summary>Of what the whole study needs: the first has no room for the study's own files, the others run out while workers train.</summary>
    private static readonly double[] Shares = [0.01, 0.4, 0.8];

    private static string Program => Path.Combine(AppContext.BaseDirectory, "Sextant.Cli");

    [Fact]
    public async Task A_study_on_a_full_disk_stops_with_one_sentence_loses_nothing_and_ends_with_the_same_bits_once_there_is_room()
    {
        using TemporaryFolder folder = new();
        await using var disk = await SmallDisk.Mount(folder, 1 << 12);
        string study = ToyStudies.Write(folder, Grid, epochs: 12), whole = folder.Combine("whole"), filled = Path.Combine(disk.Path, "study");
        Assert.Equal(0, (await Run(study, whole)).ExitCode);
        long needed = Occupied(whole);

        foreach (double share in Shares)
        {
            await disk.Grow((long)(share * needed));
            string[] done = Done(filled);

            var full = await Run(study, filled);

            Assert.True(full.ExitCode == 1, $"at {share:P0}: {full.ExitCode} {full.Errors}");
            string said = Assert.Single(full.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries), line => line.StartsWith("sextant: ", StringComparison.Ordinal));
            Assert.Contains(share == Shares[0] ? "No space left" : "All runs were stopped, since the disk that holds", said, StringComparison.Ordinal);
            Assert.Contains("make room there", said, StringComparison.Ordinal);
            Assert.Empty(full.Output);
            Assert.DoesNotContain("left out", full.Errors, StringComparison.Ordinal);
            Assert.Empty(done.Except(Done(filled)));
        }

        Assert.NotEmpty(Done(filled)); // some of it was filled by runs that ended
        await disk.Grow(4 * needed);
        var last = await Run(study, filled);

        Assert.True(last.ExitCode == 0, last.Errors);
        foreach (string file in Directory.GetFiles(whole, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(whole, path)).Where(Decides))
        {
            Assert.True(File.ReadAllBytes(Path.Combine(whole, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(filled, file))), file);
        }

        foreach (string run in Directory.GetDirectories(Path.Combine(whole, "runs")))
        {
            SameRuns.Assert(new RunFolder(run), new RunFolder(Path.Combine(filled, "runs", Path.GetFileName(run))));
        }
    }

    private static Task<ChildProcess> Run(string study, string place) => ChildProcess.Run(Program, ["study", "run", study, "--workers", "2", "--out", place]);

    private static bool Decides(string file) => file is "points.csv" or "curves.csv" || file.EndsWith(Path.Combine("best", "model.safetensors"), StringComparison.Ordinal);

    private static string[] Done(string place) =>
        Directory.Exists(Path.Combine(place, "runs")) ? Directory.GetFiles(Path.Combine(place, "runs"), "result.json", SearchOption.AllDirectories) : [];

    /// <summary>Bytes that files take in pages of 4 KiB, as on a file system in memory.</summary>
    private static long Occupied(string place) => Directory.GetFiles(place, "*", SearchOption.AllDirectories).Sum(file => (new FileInfo(file).Length + 4095) / 4096 * 4096);
}
