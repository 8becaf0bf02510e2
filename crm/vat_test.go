package crm

import "testing"

func TestCheckVAT(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"IT00743110157":    "IT00743110157",
		"it 0074 3110 157": "IT00743110157",
		"IT07643520567":    "IT07643520567",
		"ESA13585625":      "ESA13585625",
		"ESB83871236":      "ESB83871236",
		"ESX5253868R":      "ESX5253868R",
		"ES54362315K":      "ES54362315K",
		"ESJ99216582":      "ESJ99216582",
		"PL8567346215":     "PL8567346215",
		"PL 526-000-12-46": "PL5260001246",
		"DE136695976":      "DE136695976",
		"DE 811.569.869":   "DE811569869",
		"FR40303265045":    "FR40303265045",
		"GR023456780":      "EL023456780",
		"ATU13585627":      "ATU13585627",
		"NL004495445B01":   "NL004495445B01",
		"CHE107787577IVA":  "CHE107787577IVA",
		"GB980780684":      "GB980780684",
		"IE6433435F":       "IE6433435F",
		"SE123456789701":   "SE123456789701",
	} {
		if got, err := CheckVAT(in); err != nil || got != want {
			t.Errorf("%s: %q %v", in, got, err)
		}
	}
	for in, country := range map[string]string{
		"IT12345678901":  "IT", // B022
		"IT00743110158":  "IT",
		"IT00000000000":  "IT",
		"IT0074311015":   "IT",
		"IT0074311015٧":  "IT",
		"ESA13585626":    "ES",
		"ESX5253868S":    "ES",
		"ES54362315A":    "ES",
		"ESIIIIIIIII":    "ES",
		"ESI13585625":    "ES",
		"PL8567346216":   "PL",
		"PL0000000000":   "PL",
		"DE136695978":    "DE",
		"DE036695976":    "DE",
		"FR4030326504":   "FR",
		"00743110157":    "",
		"ZZ123":          "",
		"":               "",
		"IT":             "",
		"IT0074311015\n": "IT",
		"<script>":       "",
		"IT00743110157 IT00743110157 IT00743110157": "",
	} {
		got, err := CheckVAT(in)
		if e := codeOf(t, err); e.Code != "invalid_vat" || e.Params["country"] != country || got != "" {
			t.Errorf("%q: %q %v", in, got, err)
		}
	}
}

// Each single wrong digit is found, in the countries that are checked by digit.
func TestCheckVATFindsWrongDigits(t *testing.T) {
	t.Parallel()
	for _, good := range []string{"IT00743110157", "PL8567346215", "DE136695976", "ESA13585625"} {
		for i := 3; i < len(good); i++ {
			for d := byte('0'); d <= '9'; d++ {
				bad := []byte(good)
				bad[i] = d
				if _, err := CheckVAT(string(bad)); err == nil && string(bad) != good {
					t.Errorf("%s passes beside %s", bad, good)
				}
			}
		}
	}
}
