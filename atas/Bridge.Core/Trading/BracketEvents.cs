using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>Whose grant this is: goes with every report.</summary>
public sealed record GrantOrigin
{
    public required string DeliveryId { get; init; }
    public required string Session { get; init; }
    public required long Epoch { get; init; }
    public required long Fence { get; init; }
    public required string ClientOrderId { get; init; }
}

/// <summary>
/// What can happen to a bracket. All of them may come late, twice and in any order, but <see cref="GrantAccepted"/>, which
/// opens it.
/// </summary>
public abstract record BracketEvent;

/// <summary>The server granted the claim and the plan fits: enter.</summary>
/// <param name="EntryDeadlineMs">When what is left of the entry is withdrawn, on the clock of <c>nowMs</c>.</param>
/// <param name="Connector">As it is now: it is remembered with the bracket.</param>
public sealed record GrantAccepted(
    GrantOrigin Origin, string SignalId, BracketPlan Plan, long EntryDeadlineMs, ConnectorTerms Connector) : BracketEvent;

/// <summary>The last look before the entry left said no; it was not sent.</summary>
/// <param name="Reason">A name of the table in <see cref="Reasons"/>, or <c>not_sent</c> to have it offered again.</param>
public sealed record EntryWithheld(string Reason) : BracketEvent;

/// <summary>The platform says something of an order: acknowledged, changed, over.</summary>
public sealed record OrderChanged(BrokerOrder Order) : BracketEvent;

public sealed record OrderFilled(BrokerFill Fill) : BracketEvent;

/// <summary>The broker refused the order: it does not exist.</summary>
public sealed record RegisterFailed(string Comment, string Reason) : BracketEvent;

/// <summary>The order is not cancelled; it may be over already.</summary>
public sealed record CancelFailed(string Comment, string Reason) : BracketEvent;

/// <summary>The order is as it was.</summary>
public sealed record ModifyFailed(string Comment, string Reason) : BracketEvent;

/// <summary>A call threw or did not return: nobody knows whether it had effect.</summary>
public sealed record OutcomeUnknown(string Comment, string Reason) : BracketEvent;

/// <summary>The broker's position in the instrument.</summary>
/// <param name="Position">Signed: long above 0.</param>
public sealed record PositionChanged(decimal Position) : BracketEvent;

/// <summary>The answer to <see cref="QueryOrders"/>.</summary>
public sealed record OrdersListed(OrdersListing Listing) : BracketEvent;

/// <summary>Nothing happened but time. Send it every 100 to 250 ms while <see cref="BracketBook.IsBusy"/>.</summary>
public sealed record TimePassed : BracketEvent;

/// <summary>A CLOSE was granted. It is a delivery of its own, with an order id of its own.</summary>
public sealed record CloseRequested(GrantOrigin Origin) : BracketEvent;

/// <summary>The signal was amended. Null targets keep theirs.</summary>
public sealed record SignalAmended(int Version, decimal StopLoss, decimal? Tp1, decimal? Tp2, decimal? Tp3) : BracketEvent;

/// <summary>The entry may not rest any longer: cancelled, expired, superseded, session lost, stopping. Protection stays.</summary>
/// <param name="Reason">For a person.</param>
public sealed record EntryWithdrawn(string Reason) : BracketEvent;
