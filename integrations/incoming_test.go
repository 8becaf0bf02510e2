package integrations

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func mailOf(lines ...string) []byte { return []byte(strings.Join(lines, "\r\n")) }

// S063: what a mail says is read whatever it is written in: character sets, encodings, HTML alone, names of files that mean harm.
func TestReadMail(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		mail                string
		from, subject, text string
		files               string
	}{
		"plain":               {"From: Anna <a@x.example>\r\nSubject: Two pumps\r\nMessage-ID: <1@x>\r\n\r\nHello\r\nthere", "a@x.example", "Two pumps", "Hello\nthere", ""},
		"latin":               {"From: =?ISO-8859-1?Q?Andr=E9?= <a@x.example>\r\nSubject: =?ISO-8859-1?Q?Caf=E9?=\r\nContent-Type: text/plain; charset=iso-8859-1\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nCaff=E8", "a@x.example", "Café", "Caffè", ""},
		"base64 windows-1250": {"From: a@x.example\r\nContent-Type: text/plain; charset=windows-1250\r\nContent-Transfer-Encoding: base64\r\n\r\nv/NzdHk=", "a@x.example", "", "żósty", ""},
		"html alone":          {"From: a@x.example\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><head><style>p{}</style><title>x</title></head><body><p>Two&nbsp;pumps</p><script>alert(1)</script><div>Anna</div></body></html>", "a@x.example", "", "Two pumps\n\nAnna", ""},
		"both and files": {
			"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\nPlain\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>Rich</p>\r\n--c--\r\n" +
				"--b\r\nContent-Type: application/pdf; name=\"../../etc/cron.d/x.pdf\"\r\nContent-Disposition: attachment\r\n\r\n%PDF\r\n--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"inv\u202efdp.exe\"\r\n\r\n<script>\r\n--b\r\nContent-Type: image/png\r\nContent-Disposition: attachment; filename=\"..\"\r\n\r\nx\r\n--b--\r\n",
			"a@x.example", "", "Plain", "x.pdf invfdp.exe attachment",
		},
		"unknown charset": {"From: a@x.example\r\nContent-Type: text/plain; charset=klingon\r\n\r\nabc\xff", "a@x.example", "", "abc\ufffd", ""},
		"hidden":          {"From: a@x.example\r\nSubject: a\u202eb\x00c\r\n\r\nx\x00y", "a@x.example", "abc", "xy", ""},
		"broken parts":    {"From: a@x.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: nonsense\r\n\r\nStill here\r\n", "a@x.example", "", "Still here", ""},
	} {
		m, err := ReadMail([]byte(c.mail))
		var files []string
		for _, f := range m.Attachments {
			files = append(files, f.Name)
		}
		if err != nil || m.From != c.from || m.Subject != c.subject || m.Text != c.text || strings.Join(files, " ") != c.files || m.Key == "" {
			t.Errorf("%s: %v: from %q, subject %q, text %q, files %q, key %q", name, err, m.From, m.Subject, m.Text, files, m.Key)
		}
	}
}

// S065: replies name our letters, machines are told from people, and only what came back for good is a bounce.
func TestMailSaysWhatItIs(t *testing.T) {
	t.Parallel()
	m, err := ReadMail(mailOf("From: a@x.example", "In-Reply-To: <3@x>", "References: <1@x> <2@x>", "", "yes"))
	if err != nil || !slices.Equal(m.References, []string{"3@x", "2@x", "1@x"}) || m.Auto {
		t.Errorf("%v %+v", err, m.References)
	}
	for _, line := range []string{"Auto-Submitted: auto-replied", "Precedence: bulk", "List-Id: <l.x>", "X-Autoreply: yes"} {
		if m, _ := ReadMail(mailOf("From: a@x.example", line, "", "away")); !m.Auto {
			t.Errorf("%s: taken for a person", line)
		}
	}
	if m, _ := ReadMail(mailOf("From: a@x.example", "Auto-Submitted: no", "", "x")); m.Auto {
		t.Error("a person is taken for a machine")
	}
	report := func(action, status string) Incoming {
		m, err := ReadMail(mailOf("From: MAILER-DAEMON@x.example", "Content-Type: multipart/report; report-type=delivery-status; boundary=b", "", "--b", "", "Sorry", "--b",
			"Content-Type: message/delivery-status", "", "Reporting-MTA: dns; x", "", "Final-Recipient: rfc822; Gone@y.example", "Action: "+action, "Status: "+status, "", "--b",
			"Content-Type: message/rfc822", "", "From: us@z.example", "Message-ID: <mail.nurture.1.warm.hello@z.example>", "Subject: x", "", "Hi", "--b--", ""))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	if m := report("failed", "5.1.1"); !m.Bounce || m.BounceTo != "Gone@y.example" || m.BounceOf != "mail.nurture.1.warm.hello@z.example" || !m.Auto {
		t.Errorf("%+v", m)
	}
	for _, m := range []Incoming{report("delayed", "4.4.1"), report("delivered", "2.0.0"), report("failed", "4.2.2")} {
		if m.Bounce || !m.Auto {
			t.Error("what is only late is taken for a bounce")
		}
	}
}

// Whatever comes is read without a panic, and what is read of it a database can keep.
func TestAnyMailIsRead(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOfN(rapid.SampledFrom([]string{
			"From: a@x.example\r\n", "Content-Type: multipart/mixed; boundary=b\r\n", "Content-Type: multipart/report; report-type=delivery-status; boundary=b\r\n", "\r\n", "--b\r\n", "--b--",
			"Content-Transfer-Encoding: base64\r\n", "Content-Type: text/html\r\n", "<p", "=?utf-8?q?=00?=", "Subject: ", "\x00", "\xff", "Message-ID: <", ">", "charset=utf-16\r\n", "filename=\"\x01\"",
		}), 0, 20).Draw(t, "pieces")
		m, err := ReadMail([]byte(strings.Join(pieces, "")))
		if err != nil {
			return
		}
		for _, s := range []string{m.Subject, m.Text, m.Name, m.Key} {
			if strings.ContainsRune(s, 0) || strings.ToValidUTF8(s, "") != s {
				t.Fatalf("%q", s)
			}
		}
	})
}
