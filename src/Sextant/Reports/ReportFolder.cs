namespace Sextant.Reports;

/// <summary>A page and its pictures as files of a folder.</summary>
internal static class ReportFolder
{
    /// <summary>Writes report.html and each chart as PNG and SVG; returns the page's path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string Write(string folder, Page page, IEnumerable<NamedChart> charts)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, chart) in charts)
        {
            PictureFile.Write(chart, Path.Combine(folder, name + ".png"));
            PictureFile.Write(chart, Path.Combine(folder, name + ".svg"));
        }

        string path = Path.Combine(folder, ScalingReport.PageName);
        PageFile.Write(page, path);
        return path;
    }
}
