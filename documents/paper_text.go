package documents

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"
)

// lastDrawn is the last sign that papers are written with.
const lastDrawn = 0x25FF

// wholeRange is how the library says which text its glyphs are: one range over all of Unicode. Readers that go by the letter of the standard, where a range stays
// within one last byte, read wrong letters from ą on.
var wholeRange = []byte("1 beginbfrange\n<0000> <FFFF> <0000>\nendbfrange")

// mended says it as the standard wants it, with a range for every 256 signs, and moves the table of the file's objects by what that adds.
func mended(file []byte) []byte {
	var ranges strings.Builder
	fmt.Fprintf(&ranges, "%d beginbfrange\n", lastDrawn>>8+1)
	for high := range lastDrawn>>8 + 1 {
		fmt.Fprintf(&ranges, "<%02X00> <%02XFF> <%02X00>\n", high, high, high)
	}
	ranges.WriteString("endbfrange")
	var out bytes.Buffer
	var ends, added []int // places in the old file behind which everything lies further on, and by how much
	rest, from := file, 0
	for {
		i := bytes.Index(rest, wholeRange)
		if i < 0 {
			break
		}
		open := bytes.LastIndex(rest[:i], []byte("<</Length "))
		shut := open + bytes.Index(rest[open:], []byte(">>"))
		was := string(rest[open+len("<</Length ") : shut])
		n, _ := strconv.Atoi(was)
		is := strconv.Itoa(n + ranges.Len() - len(wholeRange))
		out.Write(rest[:open+len("<</Length ")])
		out.WriteString(is)
		out.Write(rest[shut:i])
		out.WriteString(ranges.String())
		from += i + len(wholeRange)
		ends, added = append(ends, from), append(added, ranges.Len()-len(wholeRange)+len(is)-len(was))
		rest = rest[i+len(wholeRange):]
	}
	out.Write(rest)
	return moved(out.Bytes(), func(at int) int {
		sum := at
		for i, end := range ends {
			if at >= end {
				sum += added[i]
			}
		}
		return sum
	})
}

// moved writes new places into the table of the file's objects and into the place of the table itself.
func moved(file []byte, place func(int) int) []byte {
	table := bytes.LastIndex(file, []byte("\nxref\n")) + 1
	lines := strings.Split(string(file[table:]), "\n")
	for i, l := range lines {
		switch at, state, entry := strings.Cut(l, " "); {
		case entry && len(at) == 10 && strings.HasSuffix(strings.TrimSpace(state), "n"):
			n, _ := strconv.Atoi(at)
			lines[i] = fmt.Sprintf("%010d %s", place(n), state)
		case i > 0 && lines[i-1] == "startxref":
			lines[i] = strconv.Itoa(table)
		}
	}
	return append(file[:table:table], strings.Join(lines, "\n")...)
}
