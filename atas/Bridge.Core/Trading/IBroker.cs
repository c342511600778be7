using System.Threading;
using System.Threading.Tasks;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// The account at the broker, for one instrument. Calls only send: what came of them arrives as events. A call that throws
/// or is cancelled says nothing about whether the order arrived. Reads answer at once and do no I/O.
/// </summary>
public interface IBroker
{
    Task PlaceAsync(OrderRequest request, CancellationToken cancellation);
    Task ModifyAsync(OrderModification modification, CancellationToken cancellation);
    Task CancelAsync(string comment, CancellationToken cancellation);

    /// <summary>Orders and position at this moment.</summary>
    OrdersListing ListOrders();

    /// <summary>Null when there is none; its age is for the reader to judge.</summary>
    Quote? Quote { get; }

    InstrumentTerms? Instrument { get; }
    AccountTerms? Account { get; }
    ConnectorTerms Connector { get; }
}
