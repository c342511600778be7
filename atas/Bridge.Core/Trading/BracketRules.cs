namespace Tapewire.Bridge.Trading;

/// <summary>How long the machine waits for what. All in milliseconds.</summary>
public sealed record BracketRules
{
    /// <summary>No position is without a working stop for longer, as far as the broker lets anything be done about it.</summary>
    public long GraceMs { get; init; } = 5_000;

    /// <summary>Without a word for so long, a call's outcome is not known.</summary>
    public long AckTimeoutMs { get; init; } = 1_500;

    /// <summary>Between two attempts at the same thing.</summary>
    public long RetryMs { get; init; } = 250;

    /// <summary>So many refusals in a row, and it is not tried any more: a stop then means closing, a target goes without.</summary>
    public int AttemptsMax { get; init; } = 3;

    /// <summary>So many orders for one leg, however they ended, and the same follows: something keeps taking them away.</summary>
    public int OrdersPerLegMax { get; init; } = 20;

    /// <summary>How long fills and position may disagree before the position is believed.</summary>
    public long SettleMs { get; init; } = 1_500;

    /// <summary>How long a report waits for the prices of fills that the order told of.</summary>
    public long ReportSettleMs { get; init; } = 2_000;

    /// <summary>How long an order may be under way before a listing without it means something.</summary>
    public long NotListedMs { get; init; } = 1_500;

    /// <summary>Between two questions for what there is.</summary>
    public long QueryMs { get; init; } = 250;

    /// <summary>The same while nothing is unknown: a lost event then does harm for no longer. A listing is a look into memory.</summary>
    public long AuditMs { get; init; } = 1_000;

    /// <summary>When an entry that cannot be found is called a doubt.</summary>
    public long DoubtMs { get; init; } = 10_000;

    /// <summary>Without "reduce only", how long a market close waits for the exits to be gone.</summary>
    public long CancelWaitMs { get; init; } = 1_000;

    /// <summary>Unprotected for so long, the position is closed: what is left of the grace is for the close.</summary>
    public long CloseAfterMs => GraceMs / 2;
}
