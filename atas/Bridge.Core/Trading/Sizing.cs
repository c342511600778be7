using System;
using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

public enum SizingMode
{
    /// <summary>Value: percent of the balance that a stopped trade may lose, costs included.</summary>
    RiskPercent,

    /// <summary>Value: what a stopped trade may lose, costs included, in the account's currency.</summary>
    RiskAmount,

    /// <summary>Value: the quantity.</summary>
    Fixed,

    /// <summary>Value: the position's worth, in the account's currency.</summary>
    Notional,
}

public sealed record SizingSettings
{
    public SizingMode Mode { get; init; } = SizingMode.RiskPercent;
    public decimal Value { get; init; } = 0.5m;

    /// <summary>Of the entry's worth.</summary>
    public decimal EntryFeeBps { get; init; } = 5;

    /// <summary>Of the exit's worth, at the stop.</summary>
    public decimal ExitFeeBps { get; init; } = 5;

    /// <summary>How much worse than wanted the entry is expected to be filled.</summary>
    public decimal EntrySlippageBps { get; init; } = 1;

    /// <summary>How much worse than its trigger the stop is expected to be filled.</summary>
    public decimal StopSlippageBps { get; init; } = 5;

    /// <summary>The position's worth is at most this many times the free balance. The signal's leverage bounds it as well.</summary>
    public decimal LeverageMax { get; init; } = 10;
}

/// <param name="Quantity">Above 0, on steps, within the instrument's limits. 0 when refused.</param>
/// <param name="LossAtStop">What the stop costs at this quantity, costs included, in the account's currency.</param>
public sealed record Size(decimal Quantity, decimal LossAtStop, Reason? Refusal = null, string? Detail = null);

/// <summary>
/// How much. Decimal throughout, and never up: what the steps do not allow is left away.
///
///   entry' = entry worse by its slippage, stop' = stop worse by its slippage
///   linear    loss per unit = tick cost / tick size × (|entry' − stop'| + entry fee × entry' + exit fee × stop')
///   inverse   loss per unit = contract value × (|1/entry' − 1/stop'| + entry fee / entry' + exit fee / stop')
///   quantity  = risk / loss per unit, floored to the step
///
/// Position sizing by fixed fractional risk, with round-trip costs inside the risk.
/// </summary>
public static class Sizing
{
    /// <param name="entry">Where the entry is expected to be filled, before slippage.</param>
    public static Size Of(
        Side side, decimal entry, decimal stop, int leverage, InstrumentTerms? instrument, AccountTerms? account, SizingSettings settings)
    {
        if (instrument is not { TickSize: > 0, TickCost: > 0, LotSize: > 0, ContractValue: > 0 }) return No(Reasons.NoInstrument);
        if (account is null) return No(Reasons.NoAccount);
        if (account.Balance <= 0) return No(Reasons.NoBalance, $"{account.Balance}");
        if (Unusable(settings, leverage) is { } problem) return No(Reasons.BadSetting, problem);
        if (entry <= 0 || stop <= 0 || (side == Side.Buy ? stop >= entry : stop <= entry))
            return No(Reasons.BadBracket, $"{side} at {entry} with its stop at {stop}");
        try
        {
            return Within(side, entry, stop, leverage, instrument, account, settings);
        }
        catch (OverflowException)
        {
            // Terms that no instrument has. Refused, because a wrong size is worse than none.
            return No(Reasons.NoInstrument, $"tick {instrument.TickSize}, tick cost {instrument.TickCost}, step {instrument.LotSize}");
        }
    }

    private static Size Within(
        Side side, decimal entry, decimal stop, int leverage, InstrumentTerms instrument, AccountTerms account, SizingSettings settings)
    {
        var away = side == Side.Buy ? 1 : -1;
        var worstEntry = entry * (1 + away * settings.EntrySlippageBps / 10_000);
        var worstStop = stop * (1 - away * settings.StopSlippageBps / 10_000);
        if (worstStop <= 0 || worstEntry <= 0) return No(Reasons.BadSetting, "slippage leaves no price");
        // Worth of one unit, and what the way from entry to stop costs it, fees aside.
        var atEntry = Worth(worstEntry, instrument);
        var atStop = Worth(worstStop, instrument);
        var lossOfOne = Math.Abs(atEntry - atStop) + atEntry * settings.EntryFeeBps / 10_000 + atStop * settings.ExitFeeBps / 10_000;
        // Smaller than a decimal can tell from nothing.
        if (lossOfOne <= 0 || atEntry <= 0) return No(Reasons.NoInstrument, $"a loss of {lossOfOne} per unit");

        var risk = settings.Mode switch
        {
            SizingMode.RiskPercent => account.Balance * settings.Value / 100,
            SizingMode.RiskAmount => Math.Min(settings.Value, account.Balance),
            _ => (decimal?)null,
        };
        var wanted = settings.Mode switch
        {
            SizingMode.Fixed => settings.Value,
            SizingMode.Notional => settings.Value / atEntry,
            _ => risk!.Value / lossOfOne,
        };
        var free = account.BalanceAvailable is { } available ? Math.Min(available, account.Balance) : account.Balance;
        var affordable = Math.Max(0, free) * Math.Min(settings.LeverageMax, leverage) / atEntry;
        if (settings.Mode == SizingMode.Fixed)
        {
            // Said exactly, so a smaller one would be another order than was asked for.
            if (wanted > affordable) return No(Reasons.NoMargin, $"{wanted}, and {Floor(affordable, instrument.LotSize)} is affordable");
            if (wanted > instrument.LotMaxSize) return No(Reasons.AboveMaximum, $"{wanted}, and {instrument.LotMaxSize} is the most");
        }
        var most = Math.Min(Math.Min(wanted, affordable), instrument.LotMaxSize ?? decimal.MaxValue);
        var quantity = Floor(most, instrument.LotSize);
        // A quotient is rounded in its 28th digit, upwards too.
        while (quantity > 0 && (quantity * lossOfOne > risk || quantity > most)) quantity -= instrument.LotSize;

        var least = Math.Max(instrument.LotMinSize ?? 0, instrument.LotSize);
        if (quantity >= least) return new(quantity, quantity * lossOfOne);
        return affordable < wanted && affordable < least
            ? No(Reasons.NoMargin, $"{affordable:0.########} is affordable, and {least} is the least")
            : No(Reasons.BelowMinimum, $"{Math.Min(wanted, most):0.########}, and {least} is the least");
    }

    private static decimal Worth(decimal price, InstrumentTerms instrument) =>
        instrument.IsInverse ? instrument.ContractValue / price : price / instrument.TickSize * instrument.TickCost;

    private static decimal Floor(decimal quantity, decimal step) => decimal.Floor(quantity / step) * step;

    private static string? Unusable(SizingSettings settings, int leverage)
    {
        if (settings.Value <= 0) return $"a size of {settings.Value}";
        if (settings.Mode == SizingMode.RiskPercent && settings.Value > 100) return $"a risk of {settings.Value} %";
        if (settings.LeverageMax <= 0 || leverage <= 0) return $"a leverage of {Math.Min(settings.LeverageMax, leverage)}";
        var costs = Math.Min(Math.Min(settings.EntryFeeBps, settings.ExitFeeBps), Math.Min(settings.EntrySlippageBps, settings.StopSlippageBps));
        return costs < 0 ? $"costs of {costs} bps" : null;
    }

    private static Size No(Reason reason, string? detail = null) => new(0, 0, reason, detail);
}
