package documents

import "encoding/xml"

// The parts of a FatturaPA 1.2.3 that invoices of ours have, in the order in which the schema wants them.

type fattura struct {
	XMLName xml.Name        `xml:"p:FatturaElettronica"`
	NS      string          `xml:"xmlns:p,attr"`
	Version string          `xml:"versione,attr"` // FPR12: to companies and people; FPA12: to offices of the state
	Sending fatturaSending  `xml:"FatturaElettronicaHeader>DatiTrasmissione"`
	Seller  fatturaSeller   `xml:"FatturaElettronicaHeader>CedentePrestatore"`
	Buyer   fatturaBuyer    `xml:"FatturaElettronicaHeader>CessionarioCommittente"`
	General fatturaGeneral  `xml:"FatturaElettronicaBody>DatiGenerali"`
	Goods   fatturaGoods    `xml:"FatturaElettronicaBody>DatiBeniServizi"`
	Payment *fatturaPayment `xml:"FatturaElettronicaBody>DatiPagamento"`
}

type fatturaID struct {
	Country string `xml:"IdPaese"`
	Code    string `xml:"IdCodice"`
}

type fatturaSending struct {
	By     fatturaID `xml:"IdTrasmittente"`
	Number string    `xml:"ProgressivoInvio"`
	Format string    `xml:"FormatoTrasmissione"`
	To     string    `xml:"CodiceDestinatario"`
	PEC    string    `xml:"PECDestinatario,omitempty"`
}

type fatturaSeller struct {
	VAT     fatturaID    `xml:"DatiAnagrafici>IdFiscaleIVA"`
	TaxCode string       `xml:"DatiAnagrafici>CodiceFiscale,omitempty"`
	Name    string       `xml:"DatiAnagrafici>Anagrafica>Denominazione"`
	Regime  string       `xml:"DatiAnagrafici>RegimeFiscale"`
	Seat    fatturaPlace `xml:"Sede"`
}

type fatturaBuyer struct {
	VAT     *fatturaID   `xml:"DatiAnagrafici>IdFiscaleIVA"`
	TaxCode string       `xml:"DatiAnagrafici>CodiceFiscale,omitempty"`
	Name    string       `xml:"DatiAnagrafici>Anagrafica>Denominazione"`
	Seat    fatturaPlace `xml:"Sede"`
}

type fatturaPlace struct {
	Street     string `xml:"Indirizzo"`
	PostalCode string `xml:"CAP"`
	City       string `xml:"Comune"`
	Province   string `xml:"Provincia,omitempty"`
	Country    string `xml:"Nazione"`
}

type fatturaGeneral struct {
	Document fatturaDocument `xml:"DatiGeneraliDocumento"`
	Order    []fatturaOther  `xml:"DatiOrdineAcquisto"`
	Contract []fatturaOther  `xml:"DatiContratto"`
	Corrects *fatturaOther   `xml:"DatiFattureCollegate"`
}

type fatturaDocument struct {
	Type        string              `xml:"TipoDocumento"`
	Currency    string              `xml:"Divisa"`
	Date        string              `xml:"Data"`
	Number      string              `xml:"Numero"`
	Withholding *fatturaWithholding `xml:"DatiRitenuta"`
	Stamp       *fatturaStamp       `xml:"DatiBollo"`
	Total       string              `xml:"ImportoTotaleDocumento"`
	Note        []string            `xml:"Causale"`
}

type fatturaWithholding struct {
	Kind    string `xml:"TipoRitenuta"`
	Amount  string `xml:"ImportoRitenuta"`
	Percent string `xml:"AliquotaRitenuta"`
	Reason  string `xml:"CausalePagamento"`
}

type fatturaStamp struct {
	Virtual string `xml:"BolloVirtuale"`
	Amount  string `xml:"ImportoBollo"`
}

type fatturaOther struct {
	Lines  []int  `xml:"RiferimentoNumeroLinea"` // none: all
	Number string `xml:"IdDocumento"`
	Date   string `xml:"Data,omitempty"`
}

type fatturaGoods struct {
	Lines []fatturaLine `xml:"DettaglioLinee"`
	Taxes []fatturaTax  `xml:"DatiRiepilogo"`
}

type fatturaLine struct {
	Number   int          `xml:"NumeroLinea"`
	SKU      *fatturaCode `xml:"CodiceArticolo"`
	Text     string       `xml:"Descrizione"`
	Quantity string       `xml:"Quantita"`
	Unit     string       `xml:"UnitaMisura,omitempty"`
	Price    string       `xml:"PrezzoUnitario"`
	Net      string       `xml:"PrezzoTotale"`
	Percent  string       `xml:"AliquotaIVA"`
	Withheld string       `xml:"Ritenuta,omitempty"`
	Code     string       `xml:"Natura,omitempty"`
}

type fatturaCode struct {
	Kind  string `xml:"CodiceTipo"`
	Value string `xml:"CodiceValore"`
}

type fatturaTax struct {
	Percent string `xml:"AliquotaIVA"`
	Code    string `xml:"Natura,omitempty"`
	Base    string `xml:"ImponibileImporto"`
	Tax     string `xml:"Imposta"`
	Due     string `xml:"EsigibilitaIVA,omitempty"` // I: at once; S: split payment
	Reason  string `xml:"RiferimentoNormativo,omitempty"`
}

type fatturaPayment struct {
	Terms string              `xml:"CondizioniPagamento"` // TP01 in instalments, TP02 at once
	Parts []fatturaInstalment `xml:"DettaglioPagamento"`
}

type fatturaInstalment struct {
	Method string `xml:"ModalitaPagamento"` // MP05: by transfer
	Due    string `xml:"DataScadenzaPagamento"`
	Amount string `xml:"ImportoPagamento"`
	IBAN   string `xml:"IBAN,omitempty"`
}
