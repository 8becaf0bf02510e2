package documents

import (
	"fmt"
	"strings"
	"testing"

	"leadtocash/crm"

	"golang.org/x/text/encoding/charmap"
)

const camtHead = `<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.%s"><BkToCstmrStmt>%s</BkToCstmrStmt></Document>`

// camtStmt is a statement of an account from 100 to a balance, with its entries.
func camtStmt(closing, entries string) string {
	return `<Stmt><Id>S1</Id><ElctrncSeqNb>7</ElctrncSeqNb><CreDtTm>2026-11-20T18:00:00</CreDtTm><Acct><Id><IBAN>IT60X0542811101000000123456</IBAN></Id><Ccy>EUR</Ccy></Acct>
		<Bal><Tp><CdOrPrtry><Cd>OPBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">100.00</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>
		<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">` + closing + `</Amt><CdtDbtInd>CRDT</CdtDbtInd></Bal>` + entries + `</Stmt>`
}

func camtNtry(amount, side, status, more string) string {
	return fmt.Sprintf(`<Ntry><Amt Ccy="EUR">%s</Amt><CdtDbtInd>%s</CdtDbtInd><Sts>%s</Sts><BookgDt><Dt>2026-11-20</Dt></BookgDt><ValDt><DtTm>2026-11-21T00:00:00</DtTm></ValDt>%s</Ntry>`, amount, side, status, more)
}

const (
	camtOld = `<AcctSvcrRef>B1</AcctSvcrRef><Chrgs><Amt Ccy="EUR">1.50</Amt></Chrgs><NtryDtls><TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs><RltdPties><Dbtr><Nm>Bianchi
		S.r.l.</Nm></Dbtr><DbtrAcct><Id><IBAN>DE89 3704 0044 0532 0130 00</IBAN></Id></DbtrAcct></RltdPties><RmtInf><Ustrd>FT 2026/</Ustrd><Ustrd>0012</Ustrd></RmtInf></TxDtls></NtryDtls>`
	camtBatch = `<AcctSvcrRef>B2</AcctSvcrRef><NtryDtls><TxDtls><Amt Ccy="EUR">30.00</Amt><RltdPties><Dbtr><Pty><Nm>Rossi</Nm></Pty></Dbtr></RltdPties><RmtInf><Strd><CdtrRefInf><Ref>RF18539007547034</Ref></CdtrRefInf></Strd></RmtInf></TxDtls>
		<TxDtls><Amt Ccy="EUR">20.00</Amt><RltdPties><Dbtr><Pty><Nm>Verdi</Nm></Pty></Dbtr></RltdPties></TxDtls></NtryDtls>`
	camtBack = `<RvslInd>true</RvslInd><NtryDtls><TxDtls><Refs><EndToEndId>E9</EndToEndId></Refs><RltdPties><Dbtr><Nm>Bianchi</Nm></Dbtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf></TxDtls></NtryDtls>`
)

// S087: what the versions .02 to .08 say comes out the same: batches by their details, what is not booked left out, reversals, charges, both forms of names and states.
func TestReadCamt(t *testing.T) {
	t.Parallel()
	for _, version := range []string{"02", "03", "04", "05", "06", "07", "08"} {
		status := func(s string) string {
			if version == "08" {
				return "<Cd>" + s + "</Cd>"
			}
			return s
		}
		body := fmt.Sprintf(camtHead, version, camtStmt("240.00", camtNtry("120.00", "CRDT", status("BOOK"), camtOld)+camtNtry("50.00", "CRDT", status("BOOK"), camtBatch)+
			camtNtry("30.00", "DBIT", status("BOOK"), camtBack)+camtNtry("9.00", "CRDT", status("PDNG"), ""))+camtStmt("100.00", ""))
		f, err := ReadCamt([]byte(body))
		if err != nil || len(f.Statements) != 2 {
			t.Fatal(version, err)
		}
		if err := f.Check(crm.LegalEntity{IBAN: "IT60X0542811101000000123456"}); err != nil {
			t.Error(version, err)
		}
		s := f.Statements[0]
		if len(s.Entries) != 4 || s.Pending != 1 || s.Reference != "S1/7" || len(f.Warnings) != 1 {
			t.Fatal(version, s, f.Warnings)
		}
		one, two, back := s.Entries[0], s.Entries[1], s.Entries[3]
		if one.Name != "Bianchi S.r.l." || one.CounterIBAN != "DE89370400440532013000" || one.Remittance != "FT 2026/ 0012" || one.Charges.String() != "1.5" || one.EndToEnd != "" || one.BankReference != "B1" || one.ValueOn.String() != "2026-11-21" {
			t.Errorf("%s: %+v", version, one)
		}
		if two.Name != "Rossi" || two.Amount.String() != "30" || two.Reference != "RF18539007547034" || two.BankReference != "B2/1" || s.Entries[2].BankReference != "B2/2" {
			t.Errorf("%s: %+v", version, two)
		}
		if !back.Reversal || !back.Amount.IsNegative() || back.Name != "Bianchi" || back.EndToEnd != "E9" {
			t.Errorf("%s: %+v", version, back)
		}
	}
}

// B116: hostile and mistaken files are refused with what is wrong, and never unpacked.
func TestReadCamtRefuses(t *testing.T) {
	t.Parallel()
	good := fmt.Sprintf(camtHead, "02", camtStmt("220.00", camtNtry("120.00", "CRDT", "BOOK", camtOld)))
	for want, body := range map[string]string{
		"document_type":                      strings.Replace(good, "<Document", `<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Document`, 1),
		"syntax":                             good[:len(good)-20],
		"no_statement":                       `<html></html>`,
		"unsupported_version version=01":     fmt.Sprintf(camtHead, "01", ""),
		"unsupported_version version=13":     fmt.Sprintf(camtHead, "13", ""),
		"too_deep":                           fmt.Sprintf(camtHead, "02", strings.Repeat("<a>", 50)+strings.Repeat("</a>", 50)),
		"/statements/0/entries/0/amount: in": strings.Replace(good, ">120.00<", ">1e9999999<", 1),
		"unknown_value":                      strings.Replace(good, "<CdtDbtInd>CRDT</CdtDbtInd><Sts>", "<CdtDbtInd>X</CdtDbtInd><Sts>", 1),
		"/statements/0/closing: sums_differ": strings.Replace(good, ">220.00<", ">221.00<", 1),
		"other_currency":                     strings.Replace(good, `Ccy="EUR">120.00`, `Ccy="USD">120.00`, 1),
		"invalid_iban":                       strings.Replace(good, "IT60X", "IT61X", 1),
		"unreadable":                         strings.Replace(good, "UTF-8", "EBCDIC", 1),
	} {
		f, err := ReadCamt([]byte(body))
		if err == nil {
			err = f.Check(crm.LegalEntity{})
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", want, err)
		}
	}
	latin, err := charmap.ISO8859_1.NewEncoder().String(strings.Replace(strings.Replace(good, "UTF-8", "ISO-8859-1", 1), "Bianchi", "Peñíscola", 1))
	if err != nil {
		t.Fatal(err)
	}
	if f, err := ReadCamt([]byte(latin)); err != nil || f.Statements[0].Entries[0].Name != "Peñíscola S.r.l." {
		t.Error(f.Statements, err)
	}
}
