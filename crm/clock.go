package crm

import (
	"fmt"
	"strconv"
)

// Clock is a time of day on the wall, in minutes after midnight; 24:00 ends a day.
type Clock int

const endOfDay Clock = 24 * 60

// ParseClock reads "09:30"; "24:00" is the end of the day. Errors: invalid_time.
func ParseClock(s string) (Clock, error) {
	if len(s) == 5 && s[2] == ':' && digitsOnly(s[:2]) && digitsOnly(s[3:]) {
		h, _ := strconv.Atoi(s[:2])
		m, _ := strconv.Atoi(s[3:])
		if c := Clock(60*h + m); m < 60 && c <= endOfDay {
			return c, nil
		}
	}
	return 0, Problem("invalid_time", "got", shorten(s, 20), "example", "09:30")
}

// String prints "09:30".
func (c Clock) String() string { return fmt.Sprintf("%02d:%02d", int(c)/60, int(c)%60) }

// MarshalText writes the time as String prints it.
func (c Clock) MarshalText() ([]byte, error) { return []byte(c.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (c *Clock) UnmarshalText(b []byte) (err error) {
	*c, err = ParseClock(string(b))
	return err
}
