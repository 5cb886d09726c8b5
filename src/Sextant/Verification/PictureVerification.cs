using System.Runtime.InteropServices;
using System.Text.Json;
using Sextant.Data.Pictures;

namespace Sextant.Verification;

/// <summary>Holds what becomes of pictures before a model sees them against what a reference made of them.</summary>
public static class PictureVerification
{
    private const string FileName = "expected.json";

    /// <summary>The reading of a picture that its reference gives first.</summary>
    private const string Expected = "expected";

    /// <summary>Whether a folder says what a reference made of its pictures.</summary>
    public static bool Suits(string folder) => File.Exists(Path.Combine(folder, FileName));

    /// <summary>Prepares each picture that a folder's expected.json names, read as the reference reads it, and compares it with `expected` and the alternatives that it lists.</summary>
    /// <param name="folder">Of the pictures.</param>
    /// <param name="preparation">How pictures are prepared; null for <see cref="PicturePreparation.Reference"/>.</param>
    /// <returns>A check for each picture: of the first reading that it agrees with, or of the nearest where it agrees with none.</returns>
    /// <exception cref="UserError">There is no expected.json, or it is of another layout.</exception>
    public static IReadOnlyList<GoldenCheck> Check(string folder, PicturePreparation? preparation = null)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            using var file = File.OpenRead(path);
            using var golden = JsonDocument.Parse(file);
            var tolerances = golden.RootElement.GetProperty("suggested_tolerance");
            var (lossless, lossy) = (PictureTolerance.Of(tolerances.GetProperty("lossless")), PictureTolerance.Of(tolerances.GetProperty("jpeg")));
            GoldenCheck[] checks = [.. golden.RootElement.GetProperty("pictures").EnumerateArray().Select(picture =>
                Check(folder, picture, picture.GetProperty("decoding").GetString() == "lossless" ? lossless : lossy, preparation ?? PicturePreparation.Reference))];
            return checks.Length > 0 ? checks : throw new UserError($"{path} names no picture to compare; write it again.");
        }
        catch (Exception e) when (e is KeyNotFoundException or InvalidOperationException or IndexOutOfRangeException or FormatException or JsonException)
        {
            throw new UserError($"{path} is not of the layout that is known here (suggested_tolerance, pictures with file, decoding and expected); write it again.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UserError($"There is no file {path}; give a folder of pictures with what a reference made of them in {FileName}.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path} cannot be read: {e.Message.TrimEnd('.')}.", e);
        }
    }

    private static GoldenCheck Check(string folder, JsonElement picture, PictureTolerance tolerance, PicturePreparation preparation)
    {
        string name = picture.GetProperty("file").GetString()!;
        var readings = new List<(string Name, JsonElement Values)> { (Expected, picture.GetProperty("expected")) };
        if (picture.TryGetProperty("alternatives", out var alternatives))
        {
            readings.AddRange(alternatives.EnumerateArray().Select(alternative => (alternative.GetProperty("what").GetString()!, alternative)));
        }

        try
        {
            float[] pixels = new float[3 * preparation.Size * preparation.Size];
            preparation.Apply(PictureDecoder.Read(Path.Combine(folder, name), PictureReading.Reference), pixels);
            GoldenCheck[] checks = [.. readings.Select(reading => Compare(name, folder, pixels, preparation.Size, reading.Values, tolerance) with { Reading = reading.Name })];
            return checks.FirstOrDefault(check => check.Passed) ?? checks.MinBy(check => double.IsNaN(check.ShareOfTolerance) ? double.PositiveInfinity : check.ShareOfTolerance)! with { Reading = null };
        }
        catch (UserError e)
        {
            return new GoldenCheck(name, double.NaN, double.NaN, 0) { Problem = e.Message };
        }
    }

    private static GoldenCheck Compare(string name, string folder, float[] pixels, int size, JsonElement expected, PictureTolerance tolerance)
    {
        var grid = expected.GetProperty("grid");
        int step = grid.GetProperty("step").GetInt32(), start = grid.GetProperty("start").GetInt32(), rows = grid.GetProperty("shape")[1].GetInt32(), columns = grid.GetProperty("shape")[2].GetInt32();
        if (step < 1 || start < 0 || rows < 1 || columns < 1 || start + ((long)step * (Math.Max(rows, columns) - 1)) >= size)
        {
            throw new UserError($"{name}: it is prepared to {size} x {size} pixels, and {rows} x {columns} are expected, every {step}th of them; compare with pictures of the model's own size.");
        }

        float[] there = [.. grid.GetProperty("values").EnumerateArray().Select(value => value.GetSingle())];
        float[] here = [.. from channel in Enumerable.Range(0, 3) from row in Enumerable.Range(0, rows) from column in Enumerable.Range(0, columns) select pixels[(((channel * size) + start + (row * step)) * size) + start + (column * step)]];
        var check = tolerance.Check(name, here, there);
        if (expected.TryGetProperty("full", out var full))
        {
            byte[] bytes = Bytes(Path.Combine(folder, full.GetProperty("file").GetString()!));
            check = Worse(check, tolerance.Check(name, pixels, MemoryMarshal.Cast<byte, float>(bytes)));
        }

        float[] means = [.. Enumerable.Range(0, 3).Select(channel => (float)pixels.AsSpan(channel * size * size, size * size).ToArray().Average(value => (double)value))];
        return Worse(check, (tolerance with { Largest = tolerance.Mean }).Check(name, means, [.. expected.GetProperty("mean").EnumerateArray().Select(value => value.GetSingle())]));
    }

    private static byte[] Bytes(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UserError($"{path}: the expected values cannot be read ({e.Message.TrimEnd('.')}); fetch the folder again.", e);
        }
    }

    private static GoldenCheck Worse(GoldenCheck a, GoldenCheck b) =>
        (double.IsNaN(b.ShareOfTolerance) || b.ShareOfTolerance > a.ShareOfTolerance ? b : a) with { LargestDifference = Math.Max(a.LargestDifference, b.LargestDifference), Count = a.Count + b.Count };

    /// <summary>How far the values of a picture may be apart: each of them, where that is limited, and all of them in the mean.</summary>
    private readonly record struct PictureTolerance(double? Largest, double Mean)
    {
        public static PictureTolerance Of(JsonElement given) =>
            new(given.TryGetProperty("max_abs", out var largest) ? largest.GetDouble() : null, given.GetProperty("mean_abs").GetDouble());

        public GoldenCheck Check(string name, ReadOnlySpan<float> here, ReadOnlySpan<float> there)
        {
            if (here.Length != there.Length)
            {
                throw new UserError($"{name}: {here.Length} values are made of it, and {there.Length} are expected; compare with pictures of the model's own size.");
            }

            double largest = 0, sum = 0;
            for (int i = 0; i < here.Length; i++)
            {
                double difference = Math.Abs((double)here[i] - there[i]);
                largest = Math.Max(largest, difference); // not a number stays not a number
                sum += difference;
            }

            return new GoldenCheck(name, largest, Math.Max(sum / here.Length / Mean, Largest is double most ? largest / most : 0), here.Length);
        }
    }
}
