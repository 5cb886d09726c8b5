namespace Sextant.Matching.Search;

/// <summary>What a search for captions came to.</summary>
public enum CaptionSearchOutcome
{
    /// <summary>
    /// Captions rank the picture first in the gallery, before and after hubs are corrected for, and did so among pictures that the search did not see; more of them than by chance, and the best keeps the
    /// first place in half or more of its other wordings.
    /// </summary>
    Found,

    /// <summary>Captions rank the picture first, and no picture that the search did not see bears it out: there were none, or it took all of them to find one.</summary>
    Unconfirmed,

    /// <summary>Captions rank the picture first, but the evidence is no better than chance: <see cref="FoundCaption.KeepsInOtherWords"/> or <see cref="CaptionSearchResult.IsFirstMoreOften"/> fails.</summary>
    Chance,

    /// <summary>No caption that was tried does.</summary>
    None,
}

/// <summary>Captions for a picture, and how much they are to be believed.</summary>
public sealed record CaptionSearchResult
{
    /// <summary>The picture, by its place in the gallery.</summary>
    public required int Target { get; init; }

    public required CaptionSearchOutcome Outcome { get; init; }

    /// <summary>The shortest good ones first; where there is none, the attempts that came nearest.</summary>
    public required IReadOnlyList<FoundCaption> Captions { get; init; }

    /// <summary>Captions evaluated for this target.</summary>
    public required int Tried { get; init; }

    /// <summary>Of those, how many ranked the target first among the pictures searched, raw and corrected.</summary>
    public required int First { get; init; }

    /// <summary>How many would by chance, were each caption about an arbitrary picture: tried / (pictures searched, the target included).</summary>
    public required double FirstByChance { get; init; }

    /// <summary>Of the vocabulary's words, how many rank the target first in the gallery by cosine alone: many mean that the picture lies near to all texts.</summary>
    public required int FirstForWords { get; init; }

    /// <summary>The vocabulary's words.</summary>
    public required int Words { get; init; }

    /// <summary>How far the target's mean cosine over all words lies above the gallery's, in the gallery's standard deviations; null where the words are too few to say.</summary>
    public required double? Hubness { get; init; }

    /// <summary>Pictures that the search saw, the target not counted.</summary>
    public required int Searched { get; init; }

    /// <summary>Pictures that it did not see.</summary>
    public required int HeldOut { get; init; }

    /// <summary>Captions found on what was searched that were held against what was not.</summary>
    public required int Checked { get; init; }

    /// <summary>Of those, how many ranked the target first there too.</summary>
    public required int Confirmed { get; init; }

    /// <summary>Of the captions that ranked the target first, how many are not true of it; null where truth is not known.</summary>
    public required int? NotTrue { get; init; }

    /// <summary>And of how many it cannot be told.</summary>
    public required int? NotUnderstood { get; init; }

    /// <summary>Pictures that no caption can tell from the target: the same features.</summary>
    public required IReadOnlyList<int> Doubles { get; init; }

    /// <summary>What cut the search short; null where it was through.</summary>
    public required SpentBudget? Spent { get; init; }

    /// <summary>Texts that were encoded for this target.</summary>
    public required int Encoded { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Of every probability here: 1 / the model's scale.</summary>
    public required double Temperature { get; init; }

    /// <summary>
    /// Whether more captions rank the target first than would by chance. A model that knows something of the picture ranks it first for most captions of the right thing, which the search goes on to
    /// extend; with no more than one in the number of pictures, the captions might be about anything.
    /// </summary>
    public bool IsFirstMoreOften => First > FirstByChance;
}

/// <summary>A caption and how the picture stands for it.</summary>
public sealed record FoundCaption
{
    public required string Text { get; init; }

    public required int Words { get; init; }

    /// <summary>Whether the picture is first in the gallery, raw and corrected, and nothing that is known speaks against the caption.</summary>
    public required bool Holds { get; init; }

    /// <summary>In the whole gallery, by cosine.</summary>
    public required CaptionStanding Gallery { get; init; }

    /// <summary>The same with hubs corrected for; null where words are too few.</summary>
    public required CaptionStanding? Corrected { get; init; }

    /// <summary>Among the pictures that the search saw.</summary>
    public required CaptionStanding Searched { get; init; }

    /// <summary>Among those that it did not see; null where there are none.</summary>
    public required CaptionStanding? HeldOut { get; init; }

    /// <summary>The same with hubs corrected for.</summary>
    public required CaptionStanding? HeldOutCorrected { get; init; }

    /// <summary>Whether the caption is true of the picture; null where that cannot be told.</summary>
    public required bool? IsTrue { get; init; }

    /// <summary>Pictures of the gallery of which the caption is true, the target included where it is; null where truth is not known.</summary>
    public required int? Satisfying { get; init; }

    /// <summary>Other views of the picture, such as crops, for which it ranks first too; null where there are none.</summary>
    public required int? ViewsFirst { get; init; }

    /// <summary>How many views there are.</summary>
    public required int Views { get; init; }

    /// <summary>The same thing said in other words.</summary>
    public required IReadOnlyList<ParaphraseStanding> Paraphrases { get; init; }

    /// <summary>The margin's mean over the caption and its paraphrases, less its standard deviation over them: what is left of it when the wording changes.</summary>
    public required double SureMargin { get; init; }

    /// <summary>The pictures that came nearest.</summary>
    public required IReadOnlyList<CaptionRival> Rivals { get; init; }

    /// <summary>The best that what the caption says can do, 1 / the pictures it is true of; null where that is not known.</summary>
    public double? Ceiling => Satisfying is > 0 and int count ? 1.0 / count : null;

    /// <summary>How many paraphrases rank the picture first.</summary>
    public int ParaphrasesFirst => Paraphrases.Count(p => p.Rank == 1);

    /// <summary>
    /// Whether half or more of the paraphrases rank the picture first too: then the first place hangs on what the caption says and not on how. Chosen for its accidents, a caption loses it in other words. Where
    /// truth is known there may be none that is understood, and then none speaks against it.
    /// </summary>
    public bool KeepsInOtherWords => 2 * ParaphrasesFirst >= Paraphrases.Count;
}

/// <summary>A caption said in other words.</summary>
/// <param name="Text">The words.</param>
/// <param name="Rank">Of the picture in the gallery.</param>
/// <param name="Margin">Over the runner-up.</param>
public sealed record ParaphraseStanding(string Text, int Rank, double Margin);

/// <summary>A picture that comes near for a caption, and what tells it from the target.</summary>
/// <param name="Picture">Its place in the gallery.</param>
/// <param name="Cosine">With the caption.</param>
/// <param name="Margin">The target's cosine less its.</param>
/// <param name="Parts">What each part of the caption adds to the margin: negative where it speaks for the rival.</param>
/// <param name="ForTarget">Words of the vocabulary that speak most for the target against it, beyond what all words do.</param>
/// <param name="ForRival">Those that speak most for the rival.</param>
public sealed record CaptionRival(int Picture, double Cosine, double Margin, IReadOnlyList<WordEffect> Parts, IReadOnlyList<WordEffect> ForTarget, IReadOnlyList<WordEffect> ForRival);

/// <summary>What a word does to the difference of two pictures' cosines.</summary>
/// <param name="Word">A word or a few that go together.</param>
/// <param name="Effect">In cosine: above zero for the target.</param>
public sealed record WordEffect(string Word, double Effect);
