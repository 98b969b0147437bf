package api

import (
	"encoding/json"

	"gocua/store/civic"
)

func shownNumber(number string, full bool) string {
	if full || number == "" {
		return number
	}
	return civic.MaskNumber(number)
}

func shownPhone(e164 string, full bool) string {
	if full || e164 == "" {
		return e164
	}
	return civic.MaskPhone(e164)
}

// masked hides the numbers, and what people sign in with, in a field of a record or of a command's body, by
// the field's name.
func masked(field string, value json.RawMessage) json.RawMessage {
	var v any
	if json.Unmarshal(value, &v) != nil {
		return nil
	}
	b, err := json.Marshal(mask(field, v))
	if err != nil {
		return nil
	}
	return b
}

func mask(field string, v any) any {
	switch v := v.(type) {
	case map[string]any:
		edited, _ := v["field"].(string) // of an edit: was and now are values of that field
		for name, part := range v {
			as := name
			if edited != "" && (name == "was" || name == "now") {
				as = edited
			}
			v[name] = mask(as, part)
		}
	case []any:
		for i := range v {
			v[i] = mask(field, v[i])
		}
	case string:
		switch field {
		case "hash", "secret", "recovery": // what somebody signs in with, in a change of theirs
			return ""
		case "number", "personalNumber":
			return shownNumber(v, false)
		case "phone", "phones":
			if e164, err := civic.ParsePhone(v); err == nil {
				v = e164 // as it was typed, in a command's body
			}
			return shownPhone(v, false)
		}
	}
	return v
}
