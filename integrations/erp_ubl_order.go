package integrations

import (
	"encoding/xml"

	"leadtocash/documents/ubl"
)

// The parts of a UBL Order 2.1, in the order in which the schema wants them.

type ublOrder struct {
	XMLName   xml.Name     `xml:"Order"`
	NS        string       `xml:"xmlns,attr"`
	CAC       string       `xml:"xmlns:cac,attr"`
	CBC       string       `xml:"xmlns:cbc,attr"`
	Version   string       `xml:"cbc:UBLVersionID"`
	ID        string       `xml:"cbc:ID"`
	IssueDate string       `xml:"cbc:IssueDate"`
	Type      string       `xml:"cbc:OrderTypeCode"` // 220: order
	Currency  string       `xml:"cbc:DocumentCurrencyCode"`
	Count     int          `xml:"cbc:LineCountNumeric"`
	Contract  *ubl.ID      `xml:"cac:Contract"`
	Buyer     ubl.Party    `xml:"cac:BuyerCustomerParty>cac:Party"`
	Seller    ubl.Party    `xml:"cac:SellerSupplierParty>cac:Party"`
	Delivery  *ublDelivery `xml:"cac:Delivery"`
	Terms     []ublTerm    `xml:"cac:PaymentTerms"`
	Tax       ubl.TaxTotal `xml:"cac:TaxTotal"`
	Totals    ublTotals    `xml:"cac:AnticipatedMonetaryTotal"`
	Lines     []ublLine    `xml:"cac:OrderLine"`
}

type ublDelivery struct {
	Address *ubl.Address `xml:"cac:DeliveryAddress"`
	Period  *ublPeriod   `xml:"cac:RequestedDeliveryPeriod"`
}

type ublPeriod struct {
	End string `xml:"cbc:EndDate"`
}

type ublTerm struct {
	Note    string `xml:"cbc:Note"`
	Percent string `xml:"cbc:PaymentPercent,omitempty"`
}

type ublTotals struct {
	Lines   ubl.Amount `xml:"cbc:LineExtensionAmount"`
	Net     ubl.Amount `xml:"cbc:TaxExclusiveAmount"`
	WithTax ubl.Amount `xml:"cbc:TaxInclusiveAmount"`
	Payable ubl.Amount `xml:"cbc:PayableAmount"`
}

type ublLine struct {
	Item ublLineItem `xml:"cac:LineItem"`
}

type ublAllowance struct {
	Charge bool       `xml:"cbc:ChargeIndicator"`
	Amount ubl.Amount `xml:"cbc:Amount"`
}

type ublLineItem struct {
	ID        int           `xml:"cbc:ID"`
	Quantity  ubl.Quantity  `xml:"cbc:Quantity"`
	Net       ubl.Amount    `xml:"cbc:LineExtensionAmount"`
	Allowance *ublAllowance `xml:"cac:AllowanceCharge"`
	Price     ubl.Amount    `xml:"cac:Price>cbc:PriceAmount"`
	Name      string        `xml:"cac:Item>cbc:Name"`
	SKU       *ubl.ID       `xml:"cac:Item>cac:SellersItemIdentification"`
	Category  ubl.Category  `xml:"cac:Item>cac:ClassifiedTaxCategory"`
}
