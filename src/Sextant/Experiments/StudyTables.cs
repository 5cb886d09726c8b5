using System.Globalization;
using System.Text;
using Sextant.Scaling;
using Sextant.Training;

namespace Sextant.Experiments;

/// <summary>A study's results as tables for `fit` and for anyone else, read from the run folders.</summary>
public static class StudyTables
{
    private const string Header = "run,hidden,layers,seed,epoch,step,parameters,flops,tokens,unique_tokens,train_loss,validation_loss,validation_loss_per_token,learning_rate";

    /// <summary>
    /// Writes points.csv (each done run's last evaluation) and curves.csv (every evaluation of runs that are not left out, also of
    /// unfinished ones). Runs that share a trunk name it, since they are not independent. Parameters and FLOPs are counted as the analysis says; a run that has no such count is in neither.
    /// No time of a clock stands in them: the same study gives the same bytes.
    /// </summary>
    /// <param name="study">The study.</param>
    /// <param name="forecast">Its counts.</param>
    /// <param name="folders">Its run folders, in order.</param>
    /// <param name="leftOut">Names of runs that take no part.</param>
    /// <param name="place">Where the tables go.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static void Write(Study study, StudyForecast forecast, IReadOnlyList<RunFolder> folders, IReadOnlyCollection<string> leftOut, StudyFolder place)
    {
        string header = Header + (study.ShareTrunk ? ",trunk\n" : "\n");
        StringBuilder points = new(header), curves = new(header);
        for (int i = 0; i < folders.Count; i++)
        {
            var run = study.Runs[i];
            var counts = forecast.Runs[i];
            if (leftOut.Contains(run.Name) || counts.Parameters[study.Analysis.CountedBy] is not double parameters)
            {
                continue;
            }

            string rest = study.ShareTrunk ? $",{study.Runs[forecast.TrunkOf(i)].Name}\n" : "\n";
            var evaluations = folders[i].ReadMetrics();
            foreach (var evaluation in evaluations)
            {
                curves.Append(Row(run, counts, parameters, study.Analysis.CountedBy, evaluation)).Append(rest);
            }

            if (evaluations.Count > 0 && folders[i].ReadResult() is not null)
            {
                points.Append(Row(run, counts, parameters, study.Analysis.CountedBy, evaluations[^1])).Append(rest);
            }
        }

        WholeFile.Write(place.PointsPath, points.ToString());
        WholeFile.Write(place.CurvesPath, curves.ToString());
    }

    /// <summary>What the rows of points.csv call the part of a run that others share, by the run's name; the run itself where none does.</summary>
    internal static IReadOnlyDictionary<string, string> Trunks(StudyFolder place)
    {
        string[][] rows = [.. File.ReadLines(place.PointsPath).Select(line => line.Split(','))]; // no name holds a comma
        int trunk = Array.IndexOf(rows[0], "trunk");
        return rows.Skip(1).ToDictionary(cells => cells[0], cells => cells[Math.Max(0, trunk)]);
    }

    private static string Row(StudyRun run, RunForecast counts, double parameters, Convention convention, Evaluation evaluation) => string.Join(',', new[]
    {
        run.Name,
        Number(run.Recipe.Model.Hidden),
        Number(run.Recipe.Model.Layers),
        run.Recipe.Seed.ToString(CultureInfo.InvariantCulture),
        Number(evaluation.Epoch),
        Number(evaluation.Step),
        Number(parameters),
        evaluation.FlopsByConvention?[convention] is double flops ? Number(flops) : "", // a run of before these were counted: the row is left out of a fit by its reason
        Number(evaluation.Tokens),
        Number(counts.UniqueTokens),
        Number(evaluation.TrainLoss),
        Number(evaluation.ValidationLoss),
        Number(evaluation.ValidationLossPerToken),
        Number(evaluation.LearningRate),
    });

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
