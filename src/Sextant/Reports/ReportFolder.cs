namespace Sextant.Reports;

/// <summary>A page and its pictures as files of a folder.</summary>
internal static class ReportFolder
{
    /// <summary>Writes report.html and each chart as PNG and SVG; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string Write(string folder, Page page, IEnumerable<NamedChart> charts) => Write(folder, page, charts.Select(chart => (chart.Name, (Picture)chart.Chart)));

    /// <summary>The same of pictures of any kind.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string Write(string folder, Page page, IEnumerable<(string Name, Picture Picture)> pictures)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, picture) in pictures)
        {
            PictureFile.Write(picture, Path.Combine(folder, name + ".png"));
            PictureFile.Write(picture, Path.Combine(folder, name + ".svg"));
        }

        string path = Path.Combine(folder, ScalingReport.PageName);
        PageFile.Write(page, path);
        return path;
    }
}
