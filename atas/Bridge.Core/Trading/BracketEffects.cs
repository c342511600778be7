using Tapewire.Bridge.Wire;

namespace Tapewire.Bridge.Trading;

/// <summary>
/// What a bracket wants done, in this order. <see cref="Remember"/> comes first wherever something is to be remembered:
/// write it and the reports that follow it as ONE durable record, then send the orders. A report that was written is never
/// derived again, and an order that left is never unknown to the disk.
/// </summary>
public abstract record BracketEffect;

/// <summary>On disk before anything that follows.</summary>
public sealed record Remember(BracketState State) : BracketEffect;

/// <summary>
/// Send it. Before the ENTRY leaves comes the last look (session, deadline, cancelled, halted, price), with nothing awaited
/// between; a no is told as <see cref="EntryWithheld"/>.
/// </summary>
public sealed record PlaceOrder(OrderRequest Request) : BracketEffect;

public sealed record ModifyOrder(OrderModification Modification) : BracketEffect;

public sealed record CancelOrder(string Comment) : BracketEffect;

/// <summary>Ask the platform what there is, and tell it as <see cref="OrdersListed"/>.</summary>
public sealed record QueryOrders : BracketEffect;

/// <summary>A fact for POST /deliveries/{id}/reports. The id in it is final.</summary>
public sealed record Report(string DeliveryId, ReportBody Body) : BracketEffect;

/// <summary>A person should hear of it.</summary>
/// <param name="Code">A name of the table in <see cref="Reasons"/>.</param>
/// <param name="Text">One sentence with the particulars.</param>
public sealed record Alarm(string Code, string Text) : BracketEffect;
