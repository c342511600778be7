using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// Time is not enough: a price can leave in the milliseconds that are left. A buyer pays the ask, a seller gets the bid:
///
///   slippage bps = (ask − entry) / entry × 10,000 for BUY, (entry − bid) / entry × 10,000 for SELL
///
/// Also asked once more in the very moment before the order leaves.
/// </summary>
public static class PriceGuard
{
    /// <param name="maxSlippageBps">Null: any price between stop and target.</param>
    /// <param name="nowMs">On the clock of <see cref="Quote.AtMs"/>.</param>
    /// <returns>The reason not to, if there is one.</returns>
    public static Reason? Objection(Signal signal, decimal? maxSlippageBps, Quote? quote, long nowMs, long quoteAgeMsMax)
    {
        if (quote is null) return Reasons.NoQuote;
        if (nowMs - quote.AtMs > quoteAgeMsMax) return Reasons.StaleQuote;
        if (quote.Bid <= 0 || quote.Ask < quote.Bid) return Reasons.BadQuote;
        if (signal.EntryPrice <= 0) return Reasons.BadBracket;

        var isBuy = signal.Direction == Side.Buy;
        // Where the position could be closed at once: a stop or target that lies there already is no exit any more.
        var exit = isBuy ? quote.Bid : quote.Ask;
        if (isBuy ? exit <= signal.StopLoss : exit >= signal.StopLoss) return Reasons.StopPassed;
        if (isBuy ? exit >= signal.TakeProfit : exit <= signal.TakeProfit) return Reasons.TargetPassed;
        if (maxSlippageBps is not { } most) return null;
        var worseBy = isBuy ? quote.Ask - signal.EntryPrice : signal.EntryPrice - quote.Bid;
        return worseBy * 10_000 > most * signal.EntryPrice ? Reasons.PriceMoved : null;
    }

    /// <summary>The narrower of what the signal and what the settings allow.</summary>
    public static decimal? Narrower(decimal? ofSignal, decimal? ofSettings) =>
        ofSignal is null || ofSettings < ofSignal ? ofSettings ?? ofSignal : ofSignal;
}
