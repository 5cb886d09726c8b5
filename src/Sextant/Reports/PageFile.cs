using System.Globalization;
using System.Net;
using System.Text;

namespace Sextant.Reports;

/// <summary>Writes pages: one HTML file each, with style, pictures and plotly.js in it, so that it opens anywhere and asks no network.</summary>
public static class PageFile
{
    public static void Write(Page page, string path) => WholeFile.Write(path, Html(page));

    public static string Html(Page page)
    {
        var html = new StringBuilder();
        var body = new StringBuilder();
        int figures = 0;
        foreach (var section in page.Sections)
        {
            body.Append("<section>\n<h2>").Append(Text(section.Heading)).Append("</h2>\n");
            foreach (var block in section.Blocks)
            {
                Append(body, block, ref figures);
            }

            body.Append("</section>\n");
        }

        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
            // No icon either: a browser would ask the server for one.
            .Append("<link rel=\"icon\" href=\"data:,\">\n")
            .Append("<title>").Append(Text(page.Title)).Append("</title>\n<style>\n").Append(Resource("page.css")).Append("</style>\n</head>\n<body>\n<main>\n")
            .Append("<h1>").Append(Text(page.Title)).Append("</h1>\n<div class=\"lead\">\n");
        foreach (string paragraph in page.Lead)
        {
            html.Append("<p>").Append(Text(paragraph)).Append("</p>\n");
        }

        html.Append("</div>\n").Append(body).Append("</main>\n");
        if (figures > 0)
        {
            html.Append("<script>").Append(PlotlyJs()).Append("</script>\n<script type=\"module\">\n").Append(Resource("page.js")).Append("</script>\n");
        }

        return html.Append("</body>\n</html>\n").ToString();
    }

    private static void Append(StringBuilder html, Block block, ref int figures)
    {
        switch (block)
        {
            case Block.Paragraph paragraph:
                html.Append("<p>").Append(Text(paragraph.Text)).Append("</p>\n");
                break;
            case Block.Caveat caveat:
                html.Append("<p class=\"caveat\">").Append(Text(caveat.Text)).Append("</p>\n");
                break;
            case Block.Commands commands:
                html.Append("<pre><code>").Append(Text(string.Join('\n', commands.Lines))).Append("</code></pre>\n");
                break;
            case Block.Table table:
                Append(html, table);
                break;
            case Block.Contacts contacts:
                Append(html, contacts.Sheet);
                break;
            case Block.Figure figure:
                Append(html, figure.Picture, ++figures);
                break;
            default:
                throw new ArgumentException($"There is no way to write a {block.GetType().Name}.", nameof(block));
        }
    }

    private static void Append(StringBuilder html, Block.Table table)
    {
        html.Append("<div class=\"scroll\"><table>\n");
        if (table.Caption is not null)
        {
            html.Append("<caption>").Append(Text(table.Caption)).Append("</caption>\n");
        }

        html.Append("<thead><tr>");
        foreach (var column in table.Columns)
        {
            html.Append(column.IsNumber ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">").Append(Text(column.Header));
            if (column.Unit is not null)
            {
                html.Append("<span>").Append(Text(column.Unit)).Append("</span>");
            }

            html.Append("</th>");
        }

        html.Append("</tr></thead>\n<tbody>\n");
        for (int row = 0; row < table.Rows.Count; row++)
        {
            html.Append(table.Best.Contains(row) ? "<tr class=\"best\">" : "<tr>");
            foreach (var (column, cell) in table.Columns.Zip(table.Rows[row]))
            {
                html.Append(column.IsNumber ? "<td class=\"number\">" : "<td>").Append(Text(cell)).Append("</td>");
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static void Append(StringBuilder html, ContactSheet sheet)
    {
        foreach (var row in sheet.Rows)
        {
            html.Append("<div class=\"contacts\">\n<h3>").Append(Text(row.Heading)).Append("</h3>\n");
            if (row.Note is not null)
            {
                html.Append("<p class=\"note\">").Append(Text(row.Note)).Append("</p>\n");
            }

            html.Append("<ol>\n");
            foreach (var cell in row.Cells)
            {
                Append(html, cell);
            }

            html.Append("</ol>\n</div>\n");
        }

        if (sheet.Caption is not null)
        {
            html.Append("<p class=\"note\">").Append(Text(sheet.Caption)).Append("</p>\n");
        }
    }

    private static void Append(StringBuilder html, ContactCell cell)
    {
        html.Append(cell.IsMarked ? "<li class=\"marked\"><div>" : "<li><div>");
        html.Append(cell.Picture is { } picture ? $"<img alt=\"{Text(cell.Name)}\" src=\"{Thumbnail.DataUri(picture)}\">" : "<span>cannot be shown</span>");
        if (cell.Badge is not null)
        {
            html.Append("<b>").Append(Text(cell.Badge)).Append("</b>");
        }

        html.Append("</div>");
        if (cell.Share is double share)
        {
            html.Append(CultureInfo.InvariantCulture, $"<i><i style=\"width:{100 * Math.Clamp(share, 0, 1):0.#}%\"></i></i>");
        }

        html.Append("<strong>").Append(Text(cell.Name)).Append("</strong>");
        foreach (string line in cell.Lines)
        {
            html.Append("<span>").Append(Text(line)).Append("</span>");
        }

        html.Append("</li>\n");
    }

    private static void Append(StringBuilder html, Picture picture, int number)
    {
        int? width = PlotlyFigure.Width(picture);
        html.Append("<figure>\n<h3>").Append(Text(picture.Title)).Append("</h3>\n");
        if (picture.Subtitle is not null)
        {
            html.Append("<p class=\"subtitle\">").Append(Text(picture.Subtitle)).Append("</p>\n");
        }

        html.Append(CultureInfo.InvariantCulture, $"<div class=\"scroll\"><div data-figure=\"figure{number}\" role=\"img\" aria-label=\"{Text(picture.Title)}\" style=\"height:{PlotlyFigure.Height(picture)}px");
        html.Append(width is null ? "\"></div></div>\n" : string.Create(CultureInfo.InvariantCulture, $";width:{width}px\"></div></div>\n"));
        html.Append(CultureInfo.InvariantCulture, $"<script type=\"application/json\" id=\"figure{number}\">{PlotlyFigure.Json(picture)}</script>\n");
        html.Append("<noscript><img alt=\"").Append(Text(picture.Title)).Append("\" src=\"data:image/svg+xml;base64,")
            .Append(Convert.ToBase64String(Encoding.UTF8.GetBytes(PictureFile.Svg(picture)))).Append("\"></noscript>\n");
        if (picture.Caption is not null)
        {
            html.Append("<figcaption>").Append(Text(picture.Caption)).Append("</figcaption>\n");
        }

        html.Append("</figure>\n");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static string PlotlyJs()
    {
        var assembly = typeof(Plotly.NET.Trace).Assembly;
        string name = assembly.GetManifestResourceNames().Single(name => name.EndsWith(".min.js", StringComparison.Ordinal));
        using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }

    private static string Resource(string name)
    {
        using var reader = new StreamReader(typeof(PageFile).Assembly.GetManifestResourceStream(name)!);
        return reader.ReadToEnd();
    }
}
