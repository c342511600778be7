namespace Tapewire.Platform;

/// <summary>An order in the book of the exchange, with what the outside does not see of it.</summary>
internal sealed class WorkingOrder(OrderView view)
{
    public OrderView View { get; set; } = view;

    /// <summary>A stop whose price was reached trades like a market or limit order.</summary>
    public bool Triggered { get; set; }
    public bool ImmediateOrCancel { get; init; }

    /// <summary>In how many parts it is filled.</summary>
    public int PartsLeft { get; set; } = 1;
    public bool LosesRest { get; init; }

    /// <summary>The next part is on its way, so a trade does not fill it again meanwhile.</summary>
    public bool PartPending { get; set; }
    public bool IsWorking => View.State == ExchangeOrderState.Working;
}
