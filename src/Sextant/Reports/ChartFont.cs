using System.Reflection;
using ScottPlot;
using SkiaSharp;

namespace Sextant.Reports;

/// <summary>
/// Inter, embedded: a machine without fonts would draw charts without a letter. The library carries the package's assembly whole and
/// reads the two faces it needs out of its resource: an index (its length, version, count, then path, offset and size of each file) and the files.
/// </summary>
internal static class ChartFont
{
    public const string Family = "Inter";

    private const int IndexVersion = 2;

    private static readonly Lazy<(SKTypeface Regular, SKTypeface SemiBold)> _faces = new(Load);

    public static SKTypeface Regular => _faces.Value.Regular;

    public static SKTypeface SemiBold => _faces.Value.SemiBold;

    /// <summary>Has <paramref name="plot"/> write with it.</summary>
    public static void Use(Plot plot)
    {
        lock (_faces)
        {
            // ScottPlot keeps its resolvers in one list for all plots.
            if (!Fonts.FontResolvers.OfType<Resolver>().Any())
            {
                Fonts.FontResolvers.Insert(0, new Resolver());
            }
        }

        plot.Font.Set(Family);
    }

    private static (SKTypeface Regular, SKTypeface SemiBold) Load()
    {
        using var library = typeof(ChartFont).Assembly.GetManifestResourceStream("Inter.dll")
            ?? throw new InvalidOperationException("The font is missing from the library: it was built without the package Avalonia.Fonts.Inter.");
        using var memory = new MemoryStream();
        library.CopyTo(memory);
        using var resource = Assembly.Load(memory.ToArray()).GetManifestResourceStream("!AvaloniaResources")
            ?? throw new InvalidOperationException("The package Avalonia.Fonts.Inter holds no resources.");
        using var reader = new BinaryReader(resource);
        int start = sizeof(int) + reader.ReadInt32();
        if (reader.ReadInt32() is var version && version != IndexVersion)
        {
            throw new InvalidOperationException($"The package Avalonia.Fonts.Inter has an index of version {version}; {IndexVersion} is read here.");
        }

        var files = new Dictionary<string, (int Offset, int Size)>();
        for (int left = reader.ReadInt32(); left > 0; left--)
        {
            files.Add(reader.ReadString(), (reader.ReadInt32(), reader.ReadInt32()));
        }

        return (Face("/Assets/Inter-Regular.ttf"), Face("/Assets/Inter-SemiBold.ttf"));

        SKTypeface Face(string path)
        {
            var (offset, size) = files[path];
            resource.Position = start + offset;
            using var data = SKData.CreateCopy(reader.ReadBytes(size));
            return SKTypeface.FromData(data);
        }
    }

    private sealed class Resolver : IFontResolver
    {
        public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
            fontName != Family ? null : weight >= FontWeight.SemiBold ? SemiBold : Regular;

        public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) =>
            fontName != Family ? null : bold ? SemiBold : Regular;
    }
}
