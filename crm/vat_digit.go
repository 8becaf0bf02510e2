package crm

import (
	"strconv"
	"strings"
)

// weighted is the sum of digits, each times its weight.
func weighted(n string, weights ...int) (sum int) {
	for i, w := range weights {
		sum += w * int(n[i]-'0')
	}
	return sum
}

func lastTwo(n string) int { return int(n[len(n)-2]-'0')*10 + int(n[len(n)-1]-'0') }

func last(n string) int { return int(n[len(n)-1] - '0') }

func whole(n string) int {
	v, _ := strconv.Atoi(n) // the format has asked for digits, few enough
	return v
}

// luhn is the sum of digits in which every second one, from the right, is doubled, must end in 0.
func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		d := int(n[len(n)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// iso1110 is ISO 7064, modulo 11,10, as Germany and Croatia use it.
func iso1110(n string) bool {
	p := 10
	for i := range len(n) - 1 {
		s := (int(n[i]-'0') + p) % 10
		if s == 0 {
			s = 10
		}
		p = 2 * s % 11
	}
	return (11-p)%10 == last(n)
}

func checkAT(n string) bool { // without its U
	sum := 4
	for i := 1; i <= 7; i++ {
		d := int(n[i] - '0')
		if i%2 == 0 {
			d = d*2/10 + d*2%10
		}
		sum += d
	}
	return (10-sum%10)%10 == last(n)
}

func checkBE(n string) bool { return 97-whole(n[:8])%97 == lastTwo(n) }

func checkCH(n string) bool { // without its E, and what tells its language
	d := (11 - weighted(n[1:], 5, 4, 3, 2, 7, 6, 5, 4)%11) % 11
	return d < 10 && d == int(n[9]-'0')
}

func checkCY(n string) bool {
	sum := 0
	for i := range 8 {
		d := int(n[i] - '0')
		if i%2 == 0 {
			d = oddValues[d]
		}
		sum += d
	}
	return n[8] == 'A'+byte(sum%26)
}

func checkDK(n string) bool { return weighted(n, 2, 7, 6, 5, 4, 3, 2, 1)%11 == 0 }
func checkEE(n string) bool { return (10-weighted(n, 3, 7, 1, 3, 7, 1, 3, 7)%10)%10 == last(n) }
func checkEL(n string) bool { return weighted(n, 256, 128, 64, 32, 16, 8, 4, 2)%11%10 == last(n) }
func checkFI(n string) bool { return (11-weighted(n, 7, 9, 10, 5, 8, 4, 2)%11)%11 == last(n) }

// checkFR checks the key where it is of digits; keys with letters have no published rule.
func checkFR(n string) bool {
	return !digitsOnly(n[:2]) || (12+3*(whole(n[2:])%97))%97 == whole(n[:2])
}

// checkGB checks companies by 97, and by 97 with 55 as newer numbers are made; government and health numbers have no digit.
func checkGB(n string) bool {
	if !digitsOnly(n) {
		return true
	}
	sum := weighted(n, 8, 7, 6, 5, 4, 3, 2) + whole(n[7:9])
	return sum%97 == 0 || (sum+55)%97 == 0
}

func checkHU(n string) bool { return (10-weighted(n, 9, 7, 3, 1, 9, 7, 3)%10)%10 == last(n) }

// checkIE checks the present form, and the old one with a letter or sign in the second place by what it would be in the present one.
func checkIE(n string) bool {
	if !digitsOnly(n[:2]) {
		n = "0" + n[2:7] + n[:1] + n[7:]
	}
	sum := weighted(n, 8, 7, 6, 5, 4, 3, 2)
	if len(n) == 9 && n[8] != 'W' {
		sum += 9 * int(n[8]-'A'+1)
	}
	return "WABCDEFGHIJKLMNOPQRSTUV"[sum%23] == n[7]
}

func checkLT(n string) bool {
	first, second := []int{1, 2, 3, 4, 5, 6, 7, 8}, []int{3, 4, 5, 6, 7, 8, 9, 1}
	if len(n) == 12 {
		first, second = []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2}, []int{3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4}
	}
	d := weighted(n, first...) % 11
	if d == 10 {
		d = weighted(n, second...) % 11 % 10
	}
	return d == last(n)
}

func checkLU(n string) bool { return whole(n[:6])%89 == lastTwo(n) }
func checkMT(n string) bool { return 37-weighted(n, 3, 4, 6, 7, 8, 9)%37 == lastTwo(n) }

// checkNL checks companies by 11 and persons, whose numbers are newer, by 97.
func checkNL(n string) bool {
	return weighted(n, 9, 8, 7, 6, 5, 4, 3, 2)%11 == int(n[8]-'0') || remainder97("NL"+n) == 1
}

func checkPT(n string) bool { return (11-weighted(n, 9, 8, 7, 6, 5, 4, 3, 2)%11)%11%10 == last(n) }

func checkRO(n string) bool {
	n = strings.Repeat("0", 10-len(n)) + n
	return weighted(n, 7, 5, 3, 2, 1, 7, 5, 3, 2)*10%11%10 == last(n)
}

func checkSE(n string) bool { return luhn(n[:10]) }

func checkSI(n string) bool {
	d := 11 - weighted(n, 8, 7, 6, 5, 4, 3, 2)%11
	return d < 11 && d%10 == last(n)
}

func checkSK(n string) bool { return whole(n)%11 == 0 }
