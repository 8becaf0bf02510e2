package documents

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"leadtocash/crm"
)

// sdiRoots are the elements in which the exchange writes its notices, to the state's offices and to everybody else.
var sdiRoots = map[string]crm.SDIKind{
	"RicevutaConsegna": crm.SDIDelivered, "NotificaScarto": crm.SDIRejected, "RicevutaScarto": crm.SDIRejected, "NotificaMancataConsegna": crm.SDIUndelivered,
	"RicevutaImpossibilitaRecapito": crm.SDIUndelivered, "NotificaEsito": crm.SDIOutcome, "NotificaDecorrenzaTermini": crm.SDIExpired, "AttestazioneTrasmissioneFattura": crm.SDISent,
}

// The bounds of a notice.
const (
	MaxSDI      = 1 << 20 // bytes
	sdiDepth    = 30
	sdiProblems = 50
	sdiText     = 500 // characters
)

type sdiNotice struct {
	Exchange  string `xml:"IdentificativoSdI"`
	File      string `xml:"NomeFile"`
	Received  string `xml:"DataOraRicezione"`
	Delivered string `xml:"DataOraConsegna"`
	Problems  []struct {
		Code string `xml:"Codice"`
		Text string `xml:"Descrizione"`
	} `xml:"ListaErrori>Errore"`
	Outcome struct {
		Code   string `xml:"Esito"`
		Note   string `xml:"Descrizione"`
		Number string `xml:"RiferimentoFattura>NumeroFattura"`
		Year   int    `xml:"RiferimentoFattura>AnnoFattura"`
	} `xml:"EsitoCommittente"`
	Text string `xml:"Descrizione"`
	Note string `xml:"Note"`
}

// ReadSDI reads a notice of the Italian exchange from its XML; name is that of its file. A document type is refused, so that no entity can be made. Errors, at /file:
// too_large, unreadable, syntax with line, document_type, too_deep, no_notice (some other document, or one without the exchange's number).
func ReadSDI(name string, body []byte) (n crm.SDINotice, err error) {
	if len(body) > MaxSDI {
		return n, atFile(crm.Problem("too_large", "max", strconv.Itoa(MaxSDI)))
	}
	body = bytes.TrimPrefix(body, []byte("\ufeff"))
	root, err := sdiRoot(body)
	if err != nil {
		return n, err
	}
	kind, known := sdiRoots[root]
	if !known {
		return n, atFile(crm.SDINoNotice)
	}
	var x sdiNotice
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = camtCharset
	if err := d.Decode(&x); err != nil {
		return n, unreadable(err)
	}
	n = crm.SDINotice{
		Kind: kind, Exchange: sdiLine(x.Exchange, 36), File: sdiLine(x.File, 100), Name: sdiLine(name, 100), Note: sdiLine(x.Note, sdiText), Number: sdiLine(x.Outcome.Number, 20), Year: x.Outcome.Year,
		Accepted: strings.TrimSpace(x.Outcome.Code) == "EC01",
	}
	if n.Note == "" {
		n.Note = sdiLine(x.Outcome.Note+" "+x.Text, sdiText)
	}
	if n.Exchange == "" || kind == crm.SDIOutcome && strings.TrimSpace(x.Outcome.Code) == "" {
		return n, atFile(crm.SDINoNotice)
	}
	for _, text := range []string{x.Delivered, x.Received} {
		if at, err := time.Parse(time.RFC3339, strings.TrimSpace(text)); err == nil && n.Said.IsZero() {
			n.Said = at.UTC()
		}
	}
	for _, p := range x.Problems[:min(len(x.Problems), sdiProblems)] {
		n.Problems = append(n.Problems, crm.SDIError{Code: sdiLine(p.Code, 10), Text: sdiLine(p.Text, sdiText)})
	}
	return n, nil
}

// sdiRoot looks through the whole text before anything is made of it, and gives the name of its first element.
func sdiRoot(body []byte) (root string, err error) {
	d := xml.NewDecoder(bytes.NewReader(body))
	d.CharsetReader = camtCharset
	for depth := 0; ; {
		t, err := d.RawToken()
		if errors.Is(err, io.EOF) && root != "" {
			return root, nil
		} else if err != nil {
			return "", unreadable(err)
		}
		switch t := t.(type) {
		case xml.Directive:
			return "", atFile(crm.BankDocumentType)
		case xml.EndElement:
			depth--
		case xml.StartElement:
			if depth++; depth > sdiDepth {
				return "", atFile(crm.Problem("too_deep", "max", strconv.Itoa(sdiDepth)))
			}
			if root == "" {
				root = t.Name.Local
			}
		}
	}
}

// sdiLine is a text of theirs on one line.
func sdiLine(s string, n int) string {
	out := []rune(clip(s))
	return string(out[:min(len(out), n)])
}
