package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/live-beats/live-beats-aws/internal/awsmodel"
)

// formats maps the values of the tag format to the rules for texts.
var formats = map[string]awsmodel.Rule{
	"region":        awsmodel.Region,
	"host":          awsmodel.Host,
	"certificate":   awsmodel.CertificateARN,
	"kmsKey":        awsmodel.KMSKeyARN,
	"webAcl":        awsmodel.WebACLARN,
	"image":         awsmodel.ImageReference,
	"parameter":     awsmodel.Parameter,
	"path":          awsmodel.HealthCheckPath,
	"hostedZone":    awsmodel.HostedZone,
	"tlsPolicy":     awsmodel.TLSPolicy,
	"mountPath":     awsmodel.MountPath,
	"instanceClass": awsmodel.DBInstanceClass,
	"email":         awsmodel.Email,
	"scheduleName":  awsmodel.ScheduleName,
	"schedule":      awsmodel.Schedule,
	"timezone":      awsmodel.Timezone,
	"vpc":           awsmodel.VPC,
	"subnet":        awsmodel.Subnet,
	"securityGroup": awsmodel.SecurityGroup,
	"variable":      awsmodel.Variable,
	"tag":           awsmodel.TagKey,
	"tagValue":      awsmodel.TagValue,
	"repository":    awsmodel.Repository,
}

// ranges maps the values of the tag range to AWS's limits for numbers. Other limits are in the tags min and max.
var ranges = map[string]awsmodel.Range{
	"port":                awsmodel.Port,
	"healthCheckInterval": awsmodel.HealthCheckInterval,
	"healthCheckTimeout":  awsmodel.HealthCheckTimeout,
	"healthyThreshold":    awsmodel.HealthyThreshold,
	"tasks":               awsmodel.Tasks,
	"spotWeight":          awsmodel.SpotWeight,
	"stopTimeout":         awsmodel.StopTimeout,
	"dbStorage":           awsmodel.DBStorage,
	"dbBackupDays":        awsmodel.DBBackupDays,
	"dbVersion":           awsmodel.DBVersion,
}

// stackName matches valid stack names. A stack's name is part of SSM paths and of AWS names.
var stackName = regexp.MustCompile(`^[A-Za-z]([A-Za-z0-9-]{0,98}[A-Za-z0-9])?$`)

func violates(tag reflect.StructTag, value any) bool {
	switch value := value.(type) {
	case string:
		if enum, ok := tag.Lookup("enum"); ok {
			return !slices.Contains(strings.Split(enum, ","), value)
		}
		rule, ok := formats[tag.Get("format")]
		return ok && !rule.Valid(value)
	case int:
		allowed, ok := numbers(tag)
		return ok && !allowed.Contains(value)
	}
	return false
}

// numbers returns the range that a field's tags allow; ok is false if they have none.
func numbers(tag reflect.StructTag) (allowed awsmodel.Range, ok bool) {
	if name, ok := tag.Lookup("range"); ok {
		return ranges[name], true
	}
	smallest, ok := tag.Lookup("min")
	allowed.Min, _ = strconv.Atoi(smallest)
	allowed.Max, _ = strconv.Atoi(tag.Get("max"))
	return allowed, ok
}

// allowed describes the values that a field's tags allow; "" means every value.
func allowed(tag reflect.StructTag) string {
	if enum := tag.Get("enum"); enum != "" {
		return "one of " + strings.ReplaceAll(enum, ",", ", ")
	}
	if rule, ok := formats[tag.Get("format")]; ok {
		return rule.Allowed
	}
	if tag.Get("format") == portsFormat {
		return portRange
	}
	if allowed, ok := numbers(tag); ok {
		return allowed.String()
	}
	return ""
}

// mustBe returns the rule for a value of the wrong JSON type.
func mustBe(kind reflect.Kind, given any) string {
	rule := "must be " + map[reflect.Kind]string{
		reflect.String: "a string", reflect.Int: "an integer", reflect.Bool: "true or false",
		reflect.Slice: "a list", reflect.Map: "an object", reflect.Struct: "an object",
	}[kind]
	switch given.(type) {
	case string:
		return rule + ", not a string"
	case bool, float64, json.Number:
		if kind == reflect.String {
			return fmt.Sprintf(`%s: in quotes in the stack file, "%v", or with pulumi config set --path --type string`,
				rule, given)
		}
	}
	return rule
}

// PortRange is a range of TCP ports, both ends included: "9100-9115" in the configuration. It has at least two ports,
// because a node and a remote shell into it listen on one port each.
type PortRange struct{ Min, Max int }

// UnmarshalText reads MIN-MAX.
func (r *PortRange) UnmarshalText(text []byte) error {
	lowest, highest, _ := strings.Cut(string(text), "-")
	from, errFrom := strconv.Atoi(lowest)
	to, errTo := strconv.Atoi(highest)
	if errors.Join(errFrom, errTo) != nil || to <= from ||
		!awsmodel.UnprivilegedPorts.Contains(from) || !awsmodel.UnprivilegedPorts.Contains(to) {
		return fmt.Errorf("read port range %q: must be %s", text, portRange)
	}
	r.Min, r.Max = from, to
	return nil
}

// portsFormat is the value of the tag format of a PortRange, which parses itself.
const portsFormat = "ports"

var portRange = "a range of two or more ports such as 9100-9115, within " + awsmodel.UnprivilegedPorts.String()

// Contains reports whether port is in the range.
func (r PortRange) Contains(port int) bool { return r.Min <= port && port <= r.Max }

func (r PortRange) String() string { return fmt.Sprintf("%d-%d", r.Min, r.Max) }
