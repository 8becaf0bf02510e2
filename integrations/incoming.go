package integrations

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"path"
	"regexp"
	"strings"
	"unicode"

	"github.com/emersion/go-message"
	_ "github.com/emersion/go-message/charset" // texts in other character sets than UTF-8
	"github.com/emersion/go-message/mail"
	"golang.org/x/net/html"
)

// Incoming is a mail as it was read.
type Incoming struct {
	Key         string // its Message-ID; of a mail without one the hash of what came
	From        string // address; of a report that mail came back, of whoever reports
	Name        string // of the sender, as he writes it
	To          []string
	Subject     string
	Text        string   // as a person reads it, made of HTML where there is no other
	References  []string // Message-IDs that it answers, the nearest first
	Auto        bool     // no person wrote it: absence, list, receipt
	Hops        int      // mail servers that it went through
	Bounce      bool     // it reports that a mail of ours came back for good
	BounceOf    string   // Message-ID of that mail, as far as it is told
	BounceTo    string   // the address that does not take mail
	BounceWhy   string   // in the words of the server that says so
	Attachments []Attachment
	Raw         []byte
}

// Attachment is a file that came with a mail. Its name is the sender's and may be hostile; it is cleaned of paths and of what cannot be seen.
type Attachment struct {
	Name  string
	Media string // as the sender says
	Bytes []byte
}

// Bounds of what is read of a mail; more of it stays in its raw form.
const (
	maxParts       = 100
	maxText        = 200_000
	maxAttachments = 20
)

// ReadMail reads a mail as far as it can be read: what is broken in it never makes it be lost. An error is for what is no mail at all.
func ReadMail(raw []byte) (Incoming, error) {
	m := Incoming{Raw: raw}
	e, err := message.Read(bytes.NewReader(raw))
	if err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
		return m, fmt.Errorf("this is no mail: %w", err)
	}
	h := mail.Header{Header: e.Header}
	m.head(&h)
	if kind, params, _ := h.ContentType(); kind == "multipart/report" && strings.EqualFold(params["report-type"], "delivery-status") {
		m.Bounce, m.Auto = true, true
	}
	var plain, rich strings.Builder
	parts := 0
	err = e.Walk(func(_ []int, part *message.Entity, err error) error {
		if parts++; parts > maxParts {
			return errTooManyParts
		}
		if part == nil || err != nil && !message.IsUnknownCharset(err) && !message.IsUnknownEncoding(err) {
			return nil //nolint:nilerr // a broken part is passed over; the raw form has it
		}
		m.part(part, &plain, &rich)
		return nil
	})
	if err != nil && !errors.Is(err, errTooManyParts) && plain.Len()+rich.Len() == 0 {
		_, body, _ := bytes.Cut(raw, []byte("\r\n\r\n"))
		plain.WriteString(readable(string(body)))
	}
	if m.Text = plain.String(); strings.TrimSpace(m.Text) == "" {
		m.Text = textOf(rich.String())
	}
	m.Text = readable(m.Text)
	return m, nil
}

var errTooManyParts = errors.New("too many parts")

func (m *Incoming) head(h *mail.Header) {
	if id, err := h.MessageID(); err == nil && id != "" {
		m.Key = clip(readable(id), 400)
	} else {
		sum := sha256.Sum256(m.Raw)
		m.Key = "sha256:" + hex.EncodeToString(sum[:])
	}
	if list, err := h.AddressList("From"); err == nil && len(list) > 0 {
		m.From, m.Name = readable(list[0].Address), clip(oneLine(list[0].Name), 200)
	}
	for _, field := range []string{"To", "Cc", "Delivered-To"} {
		if list, err := h.AddressList(field); err == nil {
			for _, a := range list {
				m.To = append(m.To, a.Address)
			}
		}
	}
	subject, _ := h.Subject()
	m.Subject = clip(oneLine(subject), 500)
	for _, field := range []string{"In-Reply-To", "References"} {
		ids, _ := h.MsgIDList(field)
		for i := range ids { // the last one of References is the nearest
			m.References = append(m.References, ids[len(ids)-1-i])
		}
	}
	m.References = m.References[:min(len(m.References), 50)]
	for f := h.FieldsByKey("Received"); f.Next(); {
		m.Hops++
	}
	auto := strings.ToLower(strings.TrimSpace(h.Get("Auto-Submitted")))
	precedence := strings.ToLower(strings.TrimSpace(h.Get("Precedence")))
	m.Auto = auto != "" && auto != "no" || precedence == "bulk" || precedence == "junk" || precedence == "list" || precedence == "auto_reply" ||
		h.Get("List-Id") != "" || h.Get("X-Autoreply") != "" || h.Get("X-Auto-Response-Suppress") != "" && auto != ""
}

// part takes a leaf of the mail for what it is: text, the report that a mail came back, the mail that did, or a file.
func (m *Incoming) part(part *message.Entity, plain, rich *strings.Builder) {
	kind, params, _ := part.Header.ContentType()
	disposition, named, _ := part.Header.ContentDisposition()
	name := named["filename"]
	if name == "" {
		name = params["name"]
	}
	if strings.HasPrefix(kind, "multipart/") {
		return
	}
	body, err := io.ReadAll(part.Body)
	if err != nil && len(body) == 0 {
		return
	}
	switch {
	case m.Bounce && kind == "message/delivery-status":
		m.status(string(body))
	case m.Bounce && (kind == "message/rfc822" || kind == "text/rfc822-headers"):
		if ours := messageID.FindSubmatch(body); ours != nil {
			m.BounceOf = string(ours[1])
		}
	case (kind == "text/plain" || kind == "") && disposition != "attachment" && name == "":
		if plain.Len() < maxText {
			plain.Write(body)
		}
	case kind == "text/html" && disposition != "attachment" && name == "":
		if rich.Len() < maxText {
			rich.Write(body)
		}
	case len(m.Attachments) < maxAttachments && len(body) > 0:
		m.Attachments = append(m.Attachments, Attachment{Name: fileName(name), Media: clip(oneLine(kind), 100), Bytes: body})
	}
}

var (
	messageID = regexp.MustCompile(`(?im)^Message-ID:\s*<([^>\r\n]{1,400})>`)
	finalTo   = regexp.MustCompile(`(?im)^(?:Final|Original)-Recipient:\s*rfc822;\s*<?([^>\s]{1,254})`)
	statusOf  = regexp.MustCompile(`(?im)^Status:\s*([245])\.[0-9.]*`)
	wordsOf   = regexp.MustCompile(`(?im)^Diagnostic-Code:[ \t]*(?:[a-z0-9-]{1,40};)?[ \t]*(\S[^\r\n]*(?:\r?\n[ \t]+[^\r\n]+)*)`)
	actionOf  = regexp.MustCompile(`(?im)^Action:\s*([a-z]+)`)
)

// status reads a delivery status (RFC 3464). What is only late has not come back.
func (m *Incoming) status(text string) {
	if a := actionOf.FindStringSubmatch(text); a != nil && !strings.EqualFold(a[1], "failed") {
		m.Bounce = false
	}
	if s := statusOf.FindStringSubmatch(text); s != nil && s[1] != "5" {
		m.Bounce = false
	}
	if why := wordsOf.FindStringSubmatch(text); why != nil {
		m.BounceWhy = clip(oneLine(why[1]), 300)
	} else if s := statusOf.FindString(text); s != "" {
		m.BounceWhy = clip(oneLine(s), 300)
	}
	if to := finalTo.FindStringSubmatch(text); to != nil {
		m.BounceTo = to[1]
	}
}

// fileName is the last part of a hostile name, without what cannot be seen or would mean something to a system.
func fileName(name string) string {
	name = path.Base(strings.ReplaceAll(oneLine(name), "\\", "/"))
	name = strings.Map(func(r rune) rune {
		if strings.ContainsRune(`"<>|:*?/`, r) || hidden(r) {
			return -1
		}
		return r
	}, name)
	if name = strings.Trim(name, ". "); name == "" {
		return "attachment"
	}
	ending := path.Ext(name)
	if len([]rune(name)) > 150 && len(ending) < 20 {
		name = clip(strings.TrimSuffix(name, ending), 140) + ending
	}
	return clip(name, 150)
}

// hidden tells whether a character changes how others are read without being seen itself.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) || r == unicode.ReplacementChar
}

func oneLine(s string) string { return strings.Join(strings.Fields(readable(s)), " ") }

// readable is a text that a database takes and a person can read.
func readable(s string) string {
	s = strings.ToValidUTF8(strings.ReplaceAll(s, "\r\n", "\n"), "\ufffd")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && r != '\t' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp)) {
			return -1
		}
		return r
	}, s))
}

func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// textOf is HTML as a person reads it: no script, no style, a line for each block.
func textOf(source string) string {
	var b strings.Builder
	z := html.NewTokenizer(strings.NewReader(source))
	silent := 0
	for {
		switch z.Next() {
		case html.ErrorToken:
			lines := strings.Split(b.String(), "\n")
			for i, l := range lines {
				lines[i] = strings.Join(strings.Fields(l), " ")
			}
			return manyLines.ReplaceAllString(strings.Join(lines, "\n"), "\n\n")
		case html.TextToken:
			if silent == 0 {
				b.WriteString(strings.Map(func(r rune) rune {
					if r == '\n' {
						return ' '
					}
					return r
				}, string(z.Text())))
			}
		case html.StartTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "head", "title":
				silent++
			case "br", "p", "div", "tr", "li", "h1", "h2", "h3", "blockquote", "table":
				b.WriteByte('\n')
			}
		case html.SelfClosingTagToken:
			b.WriteByte('\n')
		case html.EndTagToken:
			name, _ := z.TagName()
			switch string(name) {
			case "script", "style", "head", "title":
				silent = max(0, silent-1)
			case "p", "div", "tr", "li", "h1", "h2", "h3":
				b.WriteByte('\n')
			}
		}
	}
}

var manyLines = regexp.MustCompile(`\n{3,}`)
