using System.Collections.Generic;

namespace Tapewire.Bridge.Trading;

/// <summary>Why something was not done, or was. The name travels and is searched for; the sentence is for people.</summary>
public sealed record Reason(string Name, string Sentence);

/// <summary>The one table of what the trading side names: refusals of the gate and of sizing, ends, and alarms.</summary>
public static class Reasons
{
    private static readonly Dictionary<string, Reason> Table = [];

    // The gate.
    public static Reason OtherSymbol { get; } = Add("other_symbol", "The signal is for another symbol than this chart's.");
    public static Reason OtherTimeframe { get; } = Add("other_timeframe", "The signal's timeframe is not among those that are traded here.");
    public static Reason OtherDirection { get; } = Add("other_direction", "This direction is switched off.");
    public static Reason TooWeak { get; } = Add("too_weak", "The signal is weaker than the least strength that is traded here.");
    public static Reason NoExpectancy { get; } = Add("no_expectancy", "The signal says nothing of its expectancy, and one above zero is required.");
    public static Reason LowExpectancy { get; } = Add("low_expectancy", "The lower bound of the signal's expectancy is not above zero.");
    public static Reason AlreadySeen { get; } = Add("already_seen", "This signal was taken up before.");
    public static Reason BracketOpen { get; } = Add("bracket_open", "A position of ours is open or under way on this instrument; there is one at a time.");
    public static Reason NotFlat { get; } = Add("not_flat", "The account has a position in this instrument that is not ours.");
    public static Reason PositionUnknown { get; } = Add("position_unknown", "The broker does not say what position there is.");
    public static Reason NoQuote { get; } = Add("no_quote", "There is no live quote.");
    public static Reason StaleQuote { get; } = Add("stale_quote", "The last quote is too old to trade by.");
    public static Reason BadQuote { get; } = Add("bad_quote", "The quote is crossed, or not above zero.");
    public static Reason PriceMoved { get; } = Add("price_moved", "The price is further from the signal's than its slippage allows.");
    public static Reason StopPassed { get; } = Add("stop_passed", "The price is at or beyond the stop already.");
    public static Reason TargetPassed { get; } = Add("target_passed", "The price is at or beyond the target already.");

    // Terms, size and plan.
    public static Reason NoInstrument { get; } = Add("no_instrument", "The platform does not say tick size, tick cost and lot size of the instrument.");
    public static Reason NoAccount { get; } = Add("no_account", "The platform does not say the account's balance.");
    public static Reason NoBalance { get; } = Add("no_balance", "There is nothing on the account to risk.");
    public static Reason BadSetting { get; } = Add("bad_setting", "A setting of size, costs or leverage cannot be used.");
    public static Reason BadBracket { get; } = Add("bad_bracket", "Entry, stop and target do not lie in this order on the instrument's ticks.");
    public static Reason BelowMinimum { get; } = Add("below_minimum", "The size that the risk allows is below the smallest order.");
    public static Reason AboveMaximum { get; } = Add("above_maximum", "The fixed size is above the largest order.");
    public static Reason NoMargin { get; } = Add("no_margin", "The free balance does not carry this size at the allowed leverage.");

    // How an entry ends.
    public static Reason NotSent { get; } = Add("not_sent", "It was claimed and not sent, and may be offered again.");
    public static Reason NeverArrived { get; } = Add("never_arrived", "The broker has no such order, and it can no longer come to exist.");
    public static Reason EntryInDoubt { get; } = Add("entry_in_doubt", "Nobody knows whether the entry order reached the broker.");
    public static Reason EntryVanished { get; } = Add("entry_vanished", "The entry order is not listed any more, and the broker does not say what became of it.");
    public static Reason Adopted { get; } = Add("adopted", "An entry that the broker does not list left a position; it is protected as ours.");
    public static Reason AlreadyClosed { get; } = Add("already_closed", "There is nothing left to close.");

    // How a position ends: these travel as the reason of CLOSED.
    public static Reason Target { get; } = Add("tp", "A target was filled.");
    public static Reason StopLoss { get; } = Add("sl", "The stop was filled.");
    public static Reason Manual { get; } = Add("manual", "The position was closed by hand, or by something else than our orders.");
    public static Reason CloseSignal { get; } = Add("close signal", "A CLOSE asked for it.");
    public static Reason StopRefused { get; } = Add("stop_refused", "No stop could be placed in time, so the position was closed at the market.");
    public static Reason StopStuck { get; } = Add("stop_stuck", "The stop was triggered and not filled, so the rest was closed at the market.");

    // Alarms.
    public static Reason OverFilled { get; } = Add("over_filled", "Both exits were filled: what that opened is closed at the market.");
    public static Reason ExitRefused { get; } = Add("exit_refused", "The broker refused an exit order.");
    public static Reason TargetGivenUp { get; } = Add("target_given_up", "A target was refused several times; the stop stands without it.");
    public static Reason CloseRefused { get; } = Add("close_refused", "The broker refused the order that closes the position; it is sent again.");
    public static Reason ManualClose { get; } = Add("manual_close", "Somebody made the position smaller by hand; the exits follow.");
    public static Reason ExitGone { get; } = Add("exit_gone", "An exit of ours disappeared and is placed again.");
    public static Reason CancelRefused { get; } = Add("cancel_refused", "An order could not be cancelled; it is tried again.");
    public static Reason PositionDisagrees { get; } = Add("position_disagrees", "The broker's position is not what our fills come to.");
    public static Reason UnknownOrder { get; } = Add("unknown_order", "An order with our mark rests at the broker, and nobody here knows it.");

    public static IReadOnlyDictionary<string, Reason> All => Table;

    private static Reason Add(string name, string sentence)
    {
        var reason = new Reason(name, sentence);
        Table.Add(name, reason);
        return reason;
    }
}
