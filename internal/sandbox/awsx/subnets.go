package awsx

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pulumi/pulumi/sdk/v3/go/pulumi"
)

// subnetSpec describes one subnet in every zone.
type subnetSpec struct {
	CidrBlocks []string              `pulumi:"cidrBlocks"`
	CidrMask   *int                  `pulumi:"cidrMask"`
	Name       *string               `pulumi:"name"`
	Size       *int                  `pulumi:"size"`
	Tags       pulumi.StringMapInput `pulumi:"tags"`
	Type       string                `pulumi:"type"`
}

func (s subnetSpec) mask(otherwise int) int {
	if s.CidrMask != nil {
		return *s.CidrMask
	}
	return otherwise
}

func explicit(specs []subnetSpec) bool {
	return slices.ContainsFunc(specs, func(s subnetSpec) bool { return s.CidrBlocks != nil })
}

// normalize checks that the sizes given in each spec agree, and fills in the prefix length from the size and the size
// from the length.
func normalize(specs []subnetSpec, zones int) ([]subnetSpec, error) {
	if specs == nil {
		return nil, nil
	}
	issues := badSizes(specs)
	out := []subnetSpec{}
	for i, spec := range specs {
		if !slices.Contains([]string{public, private, isolated, unused}, spec.Type) {
			return nil, fmt.Errorf("subnetSpecs[%d].type: expected one of [Public, Private, Isolated, Unused], got %q",
				i, spec.Type)
		}
		if spec.CidrMask != nil && (*spec.CidrMask < 1 || *spec.CidrMask > 32) {
			return nil, fmt.Errorf("subnetSpecs[%d].cidrMask: expected a value in the range (1 - 32), got %d",
				i, *spec.CidrMask)
		}
		if explicit(specs) {
			if issue := checkExplicit(i, spec, zones); issue != "" {
				issues = append(issues, issue)
			}
		} else if issue := resolveSize(&spec); issue != "" {
			issues = append(issues, issue)
		}
		out = append(out, spec)
	}
	if len(issues) > 0 {
		return nil, fmt.Errorf("Invalid subnet specifications:\n - %s", strings.Join(issues, "\n - "))
	}
	return out, nil
}

// badSizes reports the sizes that no block has. The real package accepts the sizes of /0 to /30.
func badSizes(specs []subnetSpec) []string {
	var bad, valid []string
	for bits := range 31 {
		valid = append(valid, fmt.Sprint(block{0, bits}.size()))
	}
	for _, spec := range specs {
		if spec.Size != nil && !slices.Contains(valid, fmt.Sprint(*spec.Size)) {
			bad = append(bad, fmt.Sprint(*spec.Size))
		}
	}
	if bad == nil {
		return nil
	}
	return []string{fmt.Sprintf("The following subnet sizes are invalid: %s. Valid sizes are: %s.",
		strings.Join(bad, ", "), strings.Join(valid, ", "))}
}

func resolveSize(spec *subnetSpec) string {
	if n := spec.Size; spec.CidrMask == nil && n != nil && *n == 1<<bitsFor(*n) {
		spec.CidrMask = new(32 - bitsFor(*n))
	}
	if spec.CidrMask == nil || *spec.CidrMask > 30 {
		return ""
	}
	size := block{0, *spec.CidrMask}.size()
	if spec.Size != nil && *spec.Size != size {
		return fmt.Sprintf("Subnet size %d does not match the expected size for a /%d subnet (%d).",
			*spec.Size, *spec.CidrMask, size)
	}
	spec.Size = &size
	return ""
}

func checkExplicit(i int, spec subnetSpec, zones int) string {
	switch {
	case spec.CidrBlocks == nil:
		return "If any subnet spec has explicit cidrBlocks, all subnets must have explicit cidrBlocks."
	case len(spec.CidrBlocks) != zones:
		return fmt.Sprintf("The number of CIDR blocks in subnetSpecs[%d] must match the number of availability zones (%d).",
			i, zones)
	}
	for _, text := range spec.CidrBlocks {
		b, err := parseBlock(text)
		switch {
		case err != nil:
			return fmt.Sprintf("subnetSpecs[%d]: %v", i, err)
		case spec.CidrMask != nil && *spec.CidrMask != b.bits:
			return fmt.Sprintf("The cidrMask in subnetSpecs[%d] must match all cidrBlocks or be left undefined.", i)
		case spec.Size != nil && *spec.Size != b.size():
			return fmt.Sprintf("The size in subnetSpecs[%d] must match all cidrBlocks or be left undefined.", i)
		}
	}
	return ""
}

// refuseOverlaps returns an error that names the subnets with common addresses.
func refuseOverlaps(subnets []subnet) error {
	var lines []string
	for i, s := range subnets {
		others := slices.Delete(slices.Clone(subnets), i, i+1)
		if slices.ContainsFunc(others, func(o subnet) bool { return s.block.overlaps(o.block) }) {
			lines = append(lines, fmt.Sprintf("%d. %s: %s\n", len(lines)+1, s.name, s.block))
		}
	}
	if lines == nil {
		return nil
	}
	return errors.New("The following subnets overlap with at least one other subnet. Make the CIDR for the VPC larger, " +
		"reduce the size of the subnets per AZ, or use less Availability Zones:\n\n" + strings.Join(lines, ""))
}

// refuseGaps returns an error that names the ranges of the VPC that no subnet and no Unused spec covers.
func refuseGaps(vpc block, subnets []subnet) error {
	var found []string
	for i, s := range subnets {
		switch {
		case i == 0 && s.block.first() != vpc.first():
			found = append(found, fmt.Sprintf("%s (%s) does not start at the beginning of the VPC (%s)", s.name, s.block, vpc))
		case i > 0 && s.block.first() != subnets[i-1].block.next().first():
			found = append(found, fmt.Sprintf("%s (%s) <=> %s (%s)", subnets[i-1].name, subnets[i-1].block, s.name, s.block))
		}
	}
	if last := subnets[len(subnets)-1]; last.block.last() != vpc.last() {
		found = append(found, fmt.Sprintf("%s (ending %s) ends before VPC ends (at %s})",
			last.name, last.block.host(), vpc.host()))
	}
	if found == nil {
		return nil
	}
	return fmt.Errorf("There are gaps in the subnet ranges. Please fix the following gaps: %s", strings.Join(found, ", "))
}

// inOrder sorts the subnets of a zone in the order in which the component creates them: public ones first, because of
// their NAT gateways.
func inOrder(subnets []subnet) []subnet {
	order := []string{public, private, isolated}
	return slices.SortedStableFunc(slices.Values(subnets), func(a, b subnet) int {
		return cmp.Compare(slices.Index(order, a.kind), slices.Index(order, b.kind))
	})
}

// resolved returns the layout for the component's outputs. A layout that the component chose itself is derived from the
// first subnets, as many as a zone has. The real package does so even where those subnets are in different zones, and
// it drops names and tags.
func resolved(strategy string, zones int, specs []subnetSpec, subnets []subnet) []map[string]any {
	layout := []map[string]any{}
	if strategy != legacy && specs != nil {
		for _, spec := range specs {
			layout = append(layout, describe(spec))
		}
		return layout
	}
	first := subnets[:len(subnets)/zones]
	for i, s := range first {
		if i > 0 {
			for _, gap := range gaps(first[i-1].block, s.block) {
				layout = append(layout, map[string]any{"type": unused, "cidrMask": gap.bits})
			}
		}
		layout = append(layout, map[string]any{"type": s.kind, "cidrMask": s.block.bits})
	}
	return layout
}

func describe(spec subnetSpec) map[string]any {
	out := map[string]any{"type": spec.Type}
	if spec.Name != nil {
		out["name"] = *spec.Name
	}
	if spec.CidrBlocks != nil {
		out["cidrBlocks"] = spec.CidrBlocks
	}
	if spec.CidrMask != nil {
		out["cidrMask"] = *spec.CidrMask
	}
	if spec.Size != nil {
		out["size"] = *spec.Size
	}
	return out
}
