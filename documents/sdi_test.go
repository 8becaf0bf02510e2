package documents_test

import (
	"fmt"
	"strings"
	"testing"

	"leadtocash/crm"
	"leadtocash/documents"

	"pgregory.net/rapid"
)

// notice is a notice of the exchange, as it writes them.
func notice(root, inner string) []byte {
	return []byte(`<?xml version="1.0" encoding="UTF-8"?><types:` + root + ` xmlns:types="http://www.fatturapa.gov.it/sdi/messaggi/v1.0" versione="1.0"><IdentificativoSdI>111</IdentificativoSdI><NomeFile>IT00743110157_0YLR1.xml</NomeFile>` +
		`<DataOraRicezione>2027-03-01T12:00:00.000+01:00</DataOraRicezione>` + inner + `<MessageId>123456</MessageId></types:` + root + `>`)
}

// S091: each notice of the exchange is read, to offices of the state and to everybody else, and says where its document is.
func TestReadSDI(t *testing.T) {
	t.Parallel()
	outcome := func(code string) string {
		return `<EsitoCommittente><IdentificativoSdI>111</IdentificativoSdI><RiferimentoFattura><NumeroFattura>2027/0001</NumeroFattura><AnnoFattura>2027</AnnoFattura></RiferimentoFattura><Esito>` + code + `</Esito><Descrizione>Wrong  order</Descrizione></EsitoCommittente>`
	}
	for _, c := range []struct {
		root, inner string
		state       crm.SDIState
		says        string
	}{
		{"RicevutaConsegna", `<DataOraConsegna>2027-03-01T13:00:00.000+01:00</DataOraConsegna>`, crm.SDIIsDelivered, "2027-03-01T12:00:00Z"},
		{"NotificaScarto", `<ListaErrori><Errore><Codice>00305</Codice><Descrizione>IdFiscaleIVA non valido</Descrizione></Errore><Errore><Codice>00400</Codice><Descrizione>Natura</Descrizione></Errore></ListaErrori>`, crm.SDIIsRejected, "[{00305 IdFiscaleIVA non valido} {00400 Natura}]"},
		{"RicevutaScarto", ``, crm.SDIIsRejected, "111"},
		{"NotificaMancataConsegna", `<Descrizione>Casella piena</Descrizione>`, crm.SDIIsUndelivered, "Casella piena"},
		{"RicevutaImpossibilitaRecapito", ``, crm.SDIIsUndelivered, "2027-03-01T11:00:00Z"},
		{"NotificaEsito", outcome("EC01"), crm.SDIIsAccepted, "2027/0001 2027"},
		{"NotificaEsito", outcome("EC02"), crm.SDIIsRefused, "Wrong order"},
		{"NotificaDecorrenzaTermini", ``, crm.SDIIsExpired, "IT00743110157_0YLR1.xml"},
		{"AttestazioneTrasmissioneFattura", ``, crm.SDIIsAttested, "111"},
	} {
		n, err := documents.ReadSDI("IT00743110157_0YLR1_XX_001.xml", notice(c.root, c.inner))
		if err != nil || n.State() != c.state || n.Exchange != "111" || n.File != "IT00743110157_0YLR1.xml" {
			t.Errorf("%s: %+v %v", c.root, n, err)
		}
		if says := fmt.Sprint(n.Said.Format("2006-01-02T15:04:05Z07:00"), n.Problems, n.Note, n.Number, " ", n.Year, n.Exchange, n.File); !strings.Contains(says, c.says) {
			t.Errorf("%s: %s lacks %s", c.root, says, c.says)
		}
	}
}

// B116: what is no notice, too large or too deep, or brings a document type, is refused with a reason, and no bytes whatever end the program.
func TestHostileSDI(t *testing.T) {
	t.Parallel()
	bomb := `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;"><!ENTITY f SYSTEM "file:///etc/passwd">]>`
	for want, body := range map[string]string{
		"document_type":        `<?xml version="1.0"?>` + bomb + string(notice("RicevutaConsegna", "&f;"))[38:],
		"no_notice":            `<Document/>`,
		"no_notice without id": `<RicevutaConsegna><NomeFile>x</NomeFile></RicevutaConsegna>`,
		"no_notice outcome":    string(notice("NotificaEsito", "")),
		"too_deep":             string(notice("RicevutaConsegna", strings.Repeat("<a>", 40)+strings.Repeat("</a>", 40))),
		"too_large":            string(notice("RicevutaConsegna", strings.Repeat(" ", documents.MaxSDI))),
		"syntax":               string(notice("RicevutaConsegna", "<open>")),
		"syntax entity":        string(notice("RicevutaConsegna", "&b;")),
		"unreadable":           "",
		"unreadable encoding":  `<?xml version="1.0" encoding="EBCDIC"?><RicevutaConsegna/>`,
	} {
		if _, err := documents.ReadSDI("x.xml", []byte(body)); err == nil || !strings.Contains(err.Error(), strings.Fields(want)[0]) {
			t.Errorf("%s: %v", want, err)
		}
	}
	long, err := documents.ReadSDI(strings.Repeat("n", 999), notice("NotificaScarto", "<ListaErrori>"+strings.Repeat("<Errore><Codice>1</Codice><Descrizione>"+strings.Repeat("x", 900)+"</Descrizione></Errore>", 200)+"</ListaErrori>"))
	if err != nil || len(long.Problems) != 50 || len(long.Problems[0].Text) != 500 || len(long.Name) != 100 {
		t.Errorf("%d problems, a name of %d: %v", len(long.Problems), len(long.Name), err)
	}
	good := notice("NotificaScarto", `<ListaErrori><Errore><Codice>00305</Codice></Errore></ListaErrori>`)
	rapid.Check(t, func(t *rapid.T) {
		body := append([]byte(nil), good...)
		for range rapid.IntRange(1, 8).Draw(t, "changes") {
			body[rapid.IntRange(0, len(body)-1).Draw(t, "at")] = rapid.Byte().Draw(t, "byte")
		}
		if n, err := documents.ReadSDI("x.xml", body); err == nil && n.Exchange == "" {
			t.Fatalf("%q is %+v", body, n)
		}
	})
}
