using System.Globalization;
using System.Text.Json.Serialization;

namespace Sextant.Data.Labelled;

/// <summary>Which labelled texts train, validate and test. Choices are closed: see the nested records.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(Stratified), "stratified")]
[JsonDerivedType(typeof(ByFile), "file")]
[JsonDerivedType(typeof(ByColumn), "column")]
[JsonDerivedType(typeof(SeparateFiles), "files")]
public abstract record LabelledSplitOptions
{
    private LabelledSplitOptions()
    {
    }

    /// <summary>Everything that is wrong, each with its path in the recipe.</summary>
    public IEnumerable<string> Problems(string path = "data.split") => this switch
    {
        Stratified { TrainShare: not (> 0 and < 1) } wrong => [string.Create(CultureInfo.InvariantCulture, $"{path}.trainShare: {wrong.TrainShare} is not between 0 and 1.")],
        Stratified s when !(s.TestShare >= 0 && s.TrainShare + s.TestShare < 1) =>
            [string.Create(CultureInfo.InvariantCulture, $"{path}.testShare: {s.TestShare} is not at least 0, or leaves nothing to validate beside the {s.TrainShare} that train.")],
        ByFile { Path: null or "" } => [$"{path}.path: is missing; name the file with the columns row and part."],
        ByColumn { Name: null or "" } => [$"{path}.name: is missing; name the column that says train, validation or test."],
        SeparateFiles { ValidationPath: null or "" } => [$"{path}.validationPath: is missing; name the file that validates."],
        _ => [],
    };

    /// <summary>Each class divided by seed, as exactly as it goes: every part of every class within one text of its share.</summary>
    public sealed record Stratified : LabelledSplitOptions
    {
        public ulong Seed { get; init; } = 1;

        /// <summary>The share that trains, 0..1.</summary>
        public double TrainShare { get; init; } = 0.8;

        /// <summary>The share that neither trains nor validates: what is measured on it took part in no choice, 0..1.</summary>
        public double TestShare { get; init; }
    }

    /// <summary>A file with the columns row (from 0, the header not counted) and part (train, validation or val, test). Rows it does not name are left out.</summary>
    public sealed record ByFile : LabelledSplitOptions
    {
        public required string Path { get; init; }
    }

    /// <summary>A column of the data that says train, validation (or val) or test. Rows where it is empty are left out.</summary>
    public sealed record ByColumn : LabelledSplitOptions
    {
        public string Name { get; init; } = "split";
    }

    /// <summary>All of the data train; another file of the same columns validates.</summary>
    public sealed record SeparateFiles : LabelledSplitOptions
    {
        public required string ValidationPath { get; init; }
    }
}
