using Tapewire.Bridge.Trading;

namespace Tapewire.Bridge.Pilot;

public enum TradeMode
{
    /// <summary>Tells of signals and trades none.</summary>
    AlertsOnly,

    /// <summary>Trades what a person confirms in time.</summary>
    Confirm,

    /// <summary>Trades by itself.</summary>
    Auto,
}

/// <summary>What the user has chosen, read once at the start.</summary>
public sealed record BridgeSettings
{
    public required string Consumer { get; init; }
    public string Account { get; init; } = "default";
    public TradeMode Mode { get; init; } = TradeMode.AlertsOnly;

    /// <summary>The second, explicit yes without which no order goes to an account that the platform calls real.</summary>
    public bool TradesRealAccount { get; init; }

    /// <summary>Take the account from whoever holds it, once, at the start.</summary>
    public bool TakesOver { get; init; }

    public required GateSettings Gate { get; init; }
    public PlanSettings Plan { get; init; } = new();
    public BracketRules Rules { get; init; } = new();
}

/// <summary>What is drawn: a trade that is under way.</summary>
public sealed record ShownBracket(bool IsBuy, decimal Quantity, decimal? EntryPrice, decimal StopPrice, System.Collections.Immutable.ImmutableArray<decimal> Targets);

/// <summary>What the chart shows. Never changed once it is made, so that any thread may read it.</summary>
public sealed record BridgeStatus(string Why, ShownBracket? Bracket);

public enum Weight
{
    Debug,
    Info,
    Warning,
    Error,
}

/// <summary>How the bridge speaks to a person. Called on its lane: must come back at once and not throw.</summary>
public interface IBridgeView
{
    void Log(Weight weight, string text);

    void Alert(string text);

    void Show(BridgeStatus status);
}
