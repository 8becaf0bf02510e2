package documents

import (
	"encoding/xml"

	"leadtocash/documents/ubl"
)

// The parts of UBL 2.1 that invoices of ours have besides those of every document, in the order in which the schemas want them.

// ublInvoice is an invoice or, with the names of Note, a credit note.
type ublInvoice struct {
	XMLName       xml.Name
	NS            string        `xml:"xmlns,attr"`
	CAC           string        `xml:"xmlns:cac,attr"`
	CBC           string        `xml:"xmlns:cbc,attr"`
	Customization string        `xml:"cbc:CustomizationID"`
	ID            string        `xml:"cbc:ID"`
	IssueDate     string        `xml:"cbc:IssueDate"`
	DueDate       string        `xml:"cbc:DueDate,omitempty"` // of invoices only
	InvoiceType   string        `xml:"cbc:InvoiceTypeCode,omitempty"`
	CreditType    string        `xml:"cbc:CreditNoteTypeCode,omitempty"`
	Note          string        `xml:"cbc:Note,omitempty"`
	Currency      string        `xml:"cbc:DocumentCurrencyCode"`
	Order         *ubl.ID       `xml:"cac:OrderReference"`
	Corrects      *ublCorrects  `xml:"cac:BillingReference"`
	Contract      *ubl.ID       `xml:"cac:ContractDocumentReference"`
	Seller        ubl.Party     `xml:"cac:AccountingSupplierParty>cac:Party"`
	Buyer         ubl.Party     `xml:"cac:AccountingCustomerParty>cac:Party"`
	Delivery      *ublDelivered `xml:"cac:Delivery"`
	Means         *ublMeans     `xml:"cac:PaymentMeans"`
	Terms         string        `xml:"cac:PaymentTerms>cbc:Note,omitempty"`
	Tax           ubl.TaxTotal  `xml:"cac:TaxTotal"`
	Totals        ublSum        `xml:"cac:LegalMonetaryTotal"`
	Lines         []ublBillLine `xml:"cac:InvoiceLine"`
	CreditLines   []ublBillLine `xml:"cac:CreditNoteLine"`
}

type ublCorrects struct {
	ID   string `xml:"cac:InvoiceDocumentReference>cbc:ID"`
	Date string `xml:"cac:InvoiceDocumentReference>cbc:IssueDate,omitempty"`
}

type ublDelivered struct {
	Date    string `xml:"cbc:ActualDeliveryDate"`
	Country string `xml:"cac:DeliveryLocation>cac:Address>cac:Country>cbc:IdentificationCode"`
}

type ublMeans struct {
	Code string `xml:"cbc:PaymentMeansCode"` // 30: by transfer
	ID   string `xml:"cbc:PaymentID"`
	IBAN string `xml:"cac:PayeeFinancialAccount>cbc:ID"`
}

type ublSum struct {
	Lines   ubl.Amount  `xml:"cbc:LineExtensionAmount"`
	Net     ubl.Amount  `xml:"cbc:TaxExclusiveAmount"`
	WithTax ubl.Amount  `xml:"cbc:TaxInclusiveAmount"`
	Paid    *ubl.Amount `xml:"cbc:PrepaidAmount"` // what the buyer pays or keeps back for the state
	Payable ubl.Amount  `xml:"cbc:PayableAmount"`
}

type ublBillLine struct {
	ID       int           `xml:"cbc:ID"`
	Invoiced *ubl.Quantity `xml:"cbc:InvoicedQuantity"`
	Credited *ubl.Quantity `xml:"cbc:CreditedQuantity"`
	Net      ubl.Amount    `xml:"cbc:LineExtensionAmount"`
	Name     string        `xml:"cac:Item>cbc:Name"`
	SKU      *ubl.ID       `xml:"cac:Item>cac:SellersItemIdentification"`
	Category ubl.Category  `xml:"cac:Item>cac:ClassifiedTaxCategory"`
	Price    ubl.Amount    `xml:"cac:Price>cbc:PriceAmount"`
}
