using Tapewire.Bridge.Trading;

namespace Tapewire.Bridge.Pilot;

/// <summary>Everything that one line has to say why it is, or is not, trading.</summary>
public sealed record Situation
{
    public required TradeMode Mode { get; init; }

    /// <summary>Why it cannot run at all, and the particulars.</summary>
    public (Reason Reason, string Detail)? Failure { get; init; }

    public bool IsRunning { get; init; }
    public bool IsStarting { get; init; }
    public bool IsBroken { get; init; }
    public bool IsFenced { get; init; }
    public bool IsRealAccountBarred { get; init; }

    /// <summary>There is a lease that has not run out, or in alerts mode a way to the server.</summary>
    public bool IsConnected { get; init; }

    public bool HasLapsed { get; init; }
    public string? Problem { get; init; }
    public string? HeldBy { get; init; }
    public bool IsHalted { get; init; }
    public int DoubtCount { get; init; }
    public int RefusedReportCount { get; init; }

    /// <summary>What is open, for a person.</summary>
    public string? Open { get; init; }

    /// <summary>What waits for a person.</summary>
    public string? Awaiting { get; init; }

    /// <summary>The signal left last, for as long as that is news.</summary>
    public string? LastLeft { get; init; }
}

/// <summary>One line, at any moment: why it is or is not trading. The first thing that stands against it, in order of weight.</summary>
public static class WhyLine
{
    public static string Of(Situation now)
    {
        if (now.Failure is var (reason, detail)) return Line(reason, detail);
        if (!now.IsRunning) return Line(BridgeReasons.Stopped, now.Open is null ? null : $"{now.Open} has its stop at the broker, and nobody looks after it");
        if (now.IsBroken) return Line(BridgeReasons.Broken, now.Open);
        if (now.IsStarting) return Line(BridgeReasons.Starting, null);
        if (now.DoubtCount > 0) return Line(BridgeReasons.InDoubt, $"{now.DoubtCount} in doubt");
        if (now.Open is not null) return Line(BridgeReasons.InPosition, now.Open);
        if (now.IsFenced) return Line(BridgeReasons.Fenced, now.HeldBy);
        if (now.HeldBy is not null) return Line(BridgeReasons.AccountHeld, now.HeldBy);
        if (now.HasLapsed) return Line(BridgeReasons.LeaseLapsed, null);
        if (!now.IsConnected) return now.Problem is null ? Line(BridgeReasons.Connecting, null) : Line(BridgeReasons.Disconnected, now.Problem);
        if (now.IsHalted) return Line(BridgeReasons.Halted, null);
        if (now.RefusedReportCount > 0) return Line(BridgeReasons.ReportRefused, $"{now.RefusedReportCount} refused");
        if (now.Mode == TradeMode.AlertsOnly) return Line(BridgeReasons.AlertsOnly, now.LastLeft);
        if (now.IsRealAccountBarred) return Line(BridgeReasons.RealAccount, null);
        if (now.Awaiting is not null) return Line(BridgeReasons.AwaitsConfirmation, now.Awaiting);
        return now.LastLeft ?? Line(BridgeReasons.Ready, null);
    }

    private static string Line(Reason reason, string? detail) =>
        string.IsNullOrEmpty(detail) ? reason.Sentence : $"{reason.Sentence} ({detail})";
}
