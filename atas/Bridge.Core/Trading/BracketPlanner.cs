using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public sealed record PlanSettings
{
    /// <summary>Shares of tp1, tp2 and tp3; 0 leaves a target out. The default trades the one target of the guide, tp2.</summary>
    public ImmutableArray<decimal> TargetShares { get; init; } = SingleTarget;

    /// <summary>At the market, or as a limit at the worst price that the slippage allows.</summary>
    public bool EntersByLimit { get; init; }

    public SizingSettings Sizing { get; init; } = new();

    public static ImmutableArray<decimal> SingleTarget { get; } = [0, 1, 0];
    public static ImmutableArray<decimal> Ladder { get; } = [0.5m, 0.3m, 0.2m];
}

/// <param name="Plan">Null when refused.</param>
public sealed record Planned(BracketPlan? Plan, decimal LossAtStop, Reason? Refusal = null, string? Detail = null);

/// <summary>Turns a signal into orders that the instrument takes: prices first, then the size that these prices allow.</summary>
public static class BracketPlanner
{
    /// <param name="entry">Where a market entry would be filled now: the ask for BUY, the bid for SELL.</param>
    /// <param name="maxSlippageBps">What a limit entry may be worse than the signal's price; null counts as 0.</param>
    public static Planned Plan(
        Signal signal, decimal entry, decimal? maxSlippageBps, InstrumentTerms? instrument, AccountTerms? account, PlanSettings settings)
    {
        if (instrument is not { TickSize: > 0, LotSize: > 0 }) return No(Reasons.NoInstrument);
        var tick = instrument.TickSize;
        var isBuy = signal.Direction == Side.Buy;
        // Towards the entry: a tick more of risk, or a target that is a tick too far, was not signalled.
        var stop = isBuy ? Ticks.Up(signal.StopLoss, tick) : Ticks.Down(signal.StopLoss, tick);
        decimal? limit = null;
        if (settings.EntersByLimit)
        {
            var worst = signal.EntryPrice * (1 + (isBuy ? 1 : -1) * (maxSlippageBps ?? 0) / 10_000);
            limit = isBuy ? Ticks.Down(worst, tick) : Ticks.Up(worst, tick);
        }
        var paid = limit ?? entry;
        if (Targets(signal, tick, settings.TargetShares) is not { Length: > 0 } targets)
            return No(Reasons.BadSetting, "no target has a share");
        if (!LieInOrder(isBuy, stop, paid, targets))
            return No(Reasons.BadBracket, $"{signal.Direction} at {paid}, stop {stop}, targets {string.Join(", ", targets)}");

        var size = Sizing.Of(signal.Direction, paid, stop, signal.Leverage, instrument, account, settings.Sizing);
        if (size.Refusal is { } refusal) return No(refusal, size.Detail);
        var plan = new BracketPlan
        {
            Side = signal.Direction,
            Quantity = size.Quantity,
            LimitPrice = limit,
            StopPrice = stop,
            Targets = targets,
            TickSize = tick,
            LotSize = instrument.LotSize,
            MinQuantity = Math.Max(instrument.LotMinSize ?? 0, instrument.LotSize),
        };
        return new(plan, size.LossAtStop);
    }

    /// <summary>Those with a share, nearest first; such as fall on one price are one.</summary>
    private static ImmutableArray<PlannedTarget> Targets(Signal signal, decimal tick, ImmutableArray<decimal> shares)
    {
        decimal[] prices = [signal.Tp1 ?? signal.TakeProfit, signal.TakeProfit, signal.Tp3 ?? signal.TakeProfit];
        var targets = new List<PlannedTarget>();
        for (var i = 0; i < prices.Length && i < shares.Length; i += 1)
        {
            if (shares[i] <= 0) continue;
            var price = signal.Direction == Side.Buy ? Ticks.Down(prices[i], tick) : Ticks.Up(prices[i], tick);
            if (targets.Count > 0 && targets[^1].Price == price) targets[^1] = targets[^1] with { Share = targets[^1].Share + shares[i] };
            else targets.Add(new PlannedTarget(Leg.Tp1 + i, price, shares[i]));
        }
        return [.. targets];
    }

    private static bool LieInOrder(bool isBuy, decimal stop, decimal entry, ImmutableArray<PlannedTarget> targets)
    {
        if (stop <= 0) return false;
        var previous = entry;
        foreach (var target in targets)
        {
            if (isBuy ? target.Price <= previous : target.Price >= previous) return false;
            previous = target.Price;
        }
        return previous > 0 && (isBuy ? stop < entry : stop > entry);
    }

    private static Planned No(Reason reason, string? detail = null) => new(Plan: null, 0, reason, detail);
}
