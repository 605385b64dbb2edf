// swift-format-ignore-file
/// The schemas of schemas/events: written by tools/embed, never by hand.
package enum EmbeddedSchemas {
  /// File name and text, in the order of the names.
  package static let files: [(name: String, text: String)] = [
    ("access.read.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "access.read/1",
  "title": "Data read",
  "description": "Somebody in a department looked at the customer's data. The customer can see this.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "department": {
      "x-label": "Department",
      "description": "Department that looked.",
      "type": "string",
      "x-format": "id"
    },
    "readModel": {
      "x-label": "Read model",
      "description": "Read model that was looked at.",
      "type": "string",
      "x-format": "id"
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose for which it was looked at.",
      "type": "string",
      "x-format": "path"
    },
    "fields": {
      "x-label": "Fields",
      "description": "Fields that were shown.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 1000
    }
  },
  "required": ["department", "readModel", "purpose", "fields"],
  "additionalProperties": false,
  "examples": [
    {
      "department": "service",
      "readModel": "customer.cue",
      "purpose": "service.reply",
      "fields": ["customer.name", "preference.value"]
    }
  ]
}

"""#),
    ("action.proposed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "action.proposed/1",
  "title": "Action proposed",
  "description": "A stated wish of the customer fits a new booking or occasion. Somebody should confirm that it will be honoured.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "action": {
      "x-label": "Action",
      "description": "What should be done.",
      "type": "string",
      "x-format": "path"
    },
    "occasionEventId": {
      "x-label": "Occasion",
      "description": "The event that gives the occasion, such as a booking.",
      "type": "string",
      "x-format": "eventId"
    },
    "preferenceEventId": {
      "x-label": "Wish",
      "description": "The preference.stated event that it would honour.",
      "type": "string",
      "x-format": "eventId"
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "Until when the proposal makes sense.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["action", "occasionEventId", "preferenceEventId", "validUntil"],
  "additionalProperties": false,
  "examples": [
    {
      "action": "prepare.room",
      "occasionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "preferenceEventId": "3b1f6c02-5a52-4c3e-9d0a-7f4f5c1e2a11",
      "validUntil": "2026-05-01T13:00:00Z"
    }
  ]
}

"""#),
    ("advocacy.observed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "advocacy.observed/1",
  "title": "Advocacy observed",
  "description": "The customer recommended the company: a referral or a public review was seen.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "kind": {
      "x-label": "Kind",
      "description": "Whether it was a referral or a review.",
      "type": "string",
      "enum": ["referral", "review"]
    },
    "topic": {
      "x-label": "Topic",
      "description": "What was recommended.",
      "type": "string",
      "x-format": "path"
    },
    "reference": {
      "x-label": "Reference",
      "description": "Where the review or referral can be found.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    }
  },
  "required": ["kind", "topic"],
  "additionalProperties": false,
  "examples": [
    {"kind": "review", "topic": "products.shoes", "reference": "https://reviews.example.com/entry/1001"}
  ]
}

"""#),
    ("benefit.granted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "benefit.granted/1",
  "title": "Benefit granted",
  "description": "The company gave the customer something without being asked, such as a status or a service.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "benefitId": {
      "x-label": "Benefit",
      "description": "Number of the benefit.",
      "type": "string",
      "x-format": "id"
    },
    "name": {
      "x-label": "Name",
      "description": "Name of the benefit as the customer reads it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "tier": {
      "x-label": "Tier",
      "description": "Level the benefit belongs to.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the benefit ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["benefitId", "name"],
  "additionalProperties": false,
  "examples": [
    {
      "benefitId": "free-repair",
      "name": "One free repair",
      "tier": "gold",
      "validUntil": "2027-03-01T00:00:00Z"
    }
  ]
}

"""#),
    ("benefit.used.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "benefit.used/1",
  "title": "Benefit used",
  "description": "The customer used a benefit that the company had granted.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "benefitId": {
      "x-label": "Benefit",
      "description": "Number of the benefit that was used.",
      "type": "string",
      "x-format": "id"
    },
    "storeId": {
      "x-label": "Store",
      "description": "Store in which it was used.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["benefitId"],
  "additionalProperties": false,
  "examples": [
    {"benefitId": "free-repair", "storeId": "berlin-3"}
  ]
}

"""#),
    ("booking.created.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "booking.created/1",
  "title": "Booking created",
  "description": "The customer booked something. Its slots can be filled by what the customer wishes every time.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "bookingId": {
      "x-label": "Booking",
      "description": "Number of the booking.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What kind of thing was booked.",
      "type": "string",
      "x-format": "path"
    },
    "slots": {
      "x-label": "Slots",
      "description": "Parts of the booking that a choice or a standing wish can fill.",
      "type": "array",
      "items": {"$ref": "#/$defs/slot"},
      "maxItems": 256
    }
  },
  "required": ["bookingId", "topic", "slots"],
  "additionalProperties": false,
  "examples": [
    {
      "bookingId": "B-2026-0107",
      "topic": "travel.hotel",
      "slots": [
        {"slot": "room", "sku": "ROOM-QUIET", "startsAt": "2026-05-01T13:00:00Z"},
        {"slot": "breakfast"}
      ]
    }
  ],
  "$defs": {
    "slot": {
      "description": "One part of a booking that a choice or a standing wish can fill.",
      "type": "object",
      "properties": {
        "slot": {
          "description": "What the slot is for, for example room or seat.front.",
          "type": "string",
          "x-format": "path"
        },
        "sku": {
          "description": "Stock number of what fills the slot, if already chosen.",
          "type": "string",
          "x-format": "id"
        },
        "startsAt": {
          "description": "When the slot begins.",
          "type": "string",
          "x-format": "instant"
        }
      },
      "required": ["slot"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("cadence.chosen.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "cadence.chosen/1",
  "title": "Cadence chosen",
  "description": "The customer said when she wants to be contacted, or how often at most.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the choice is about; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the choice is about; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the choice is about; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "window": {
      "x-label": "Welcome hours",
      "description": "Days and hours in which contact is welcome.",
      "$ref": "#/$defs/window"
    },
    "maxPer": {
      "x-label": "At most",
      "description": "How many contacts at most in a period.",
      "$ref": "#/$defs/maxPer"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the choice; required if staff recorded it.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "topic", "channel"],
  "additionalProperties": false,
  "anyOf": [{"required": ["window"]}, {"required": ["maxPer"]}],
  "examples": [
    {
      "purpose": "marketing",
      "topic": "*",
      "channel": "email",
      "window": {"days": ["mon", "sat"], "from": "09:00", "to": "18:00", "timeZone": "Europe/Berlin"},
      "maxPer": {"count": 2, "period": "P1M"},
      "evidence": {
        "kind": "callRecording",
        "reference": "recording 2026-0301-0042",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    },
    "maxPer": {
      "description": "The most contacts the customer wants in a period.",
      "type": "object",
      "properties": {
        "count": {
          "description": "Largest number of contacts in one period.",
          "type": "integer",
          "minimum": 1
        },
        "period": {
          "description": "Length of the period, for example P7D.",
          "type": "string",
          "x-format": "duration"
        }
      },
      "required": ["count", "period"],
      "additionalProperties": false
    },
    "window": {
      "description": "Days and hours in which contact is welcome, in the customer's own time.",
      "type": "object",
      "properties": {
        "days": {
          "description": "Days of the week on which contact is welcome.",
          "type": "array",
          "items": {"type": "string", "enum": ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]},
          "minItems": 1,
          "maxItems": 7,
          "uniqueItems": true
        },
        "from": {
          "description": "Local time from which contact is welcome, 00:00 to 24:00.",
          "type": "string",
          "x-format": "localTime"
        },
        "to": {
          "description": "Local time until which contact is welcome, 00:00 to 24:00.",
          "type": "string",
          "x-format": "localTime"
        },
        "timeZone": {
          "description": "IANA time zone in which the hours are meant.",
          "type": "string",
          "x-format": "timeZone"
        }
      },
      "required": ["days", "from", "to", "timeZone"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("campaign.planned.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "campaign.planned/1",
  "title": "Campaign planned",
  "description": "A campaign was planned: its goal, versions, channels and drop dates.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "campaignId": {
      "x-label": "Campaign",
      "description": "Id of the campaign.",
      "type": "string",
      "x-format": "id"
    },
    "goalId": {
      "x-label": "Goal",
      "description": "Id of the goal it serves.",
      "type": "string",
      "x-format": "id"
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose of its messages.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What its messages are about.",
      "type": "string",
      "x-format": "path"
    },
    "cells": {
      "x-label": "Cells",
      "description": "Versions of the campaign, each on one channel at one date.",
      "type": "array",
      "items": {"$ref": "#/$defs/cell"},
      "maxItems": 256
    },
    "experimentId": {
      "x-label": "Experiment",
      "description": "Id of the experiment that measures it.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["campaignId", "goalId", "purpose", "topic", "cells"],
  "additionalProperties": false,
  "examples": [
    {
      "campaignId": "spring-2026",
      "goalId": "retention-2026",
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "cells": [
        {"cell": "a-email", "contentVersion": "v1", "channel": "email", "dropAt": "2026-04-01T08:00:00Z"},
        {"cell": "a-post", "contentVersion": "v2", "channel": "post", "dropAt": "2026-04-08T08:00:00Z"}
      ],
      "experimentId": "x-spring-2026"
    }
  ],
  "$defs": {
    "cell": {
      "description": "One version of a campaign on one channel at one date.",
      "type": "object",
      "properties": {
        "cell": {
          "description": "Name of the cell within the campaign.",
          "type": "string",
          "x-format": "id"
        },
        "contentVersion": {
          "description": "Version of the content that this cell sends.",
          "type": "string",
          "x-format": "id"
        },
        "channel": {
          "description": "Channel the cell uses.",
          "type": "string",
          "x-format": "channel"
        },
        "dropAt": {
          "description": "When the cell is to go out.",
          "type": "string",
          "x-format": "instant"
        }
      },
      "required": ["cell", "contentVersion", "channel", "dropAt"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("channel.chosen.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "channel.chosen/1",
  "title": "Channel chosen",
  "description": "The customer chose by which channels she wants to hear about something. It narrows what is permitted and permits nothing itself.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the choice is about.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the choice is about; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channels": {
      "x-label": "Channels",
      "description": "Channels the customer chose, at least one.",
      "type": "array",
      "items": {"type": "string", "x-format": "channel"},
      "minItems": 1,
      "maxItems": 64,
      "uniqueItems": true
    },
    "mode": {
      "x-label": "Mode",
      "description": "Whether only these channels may be used or they are merely preferred.",
      "type": "string",
      "enum": ["only", "prefer"]
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the choice; required if staff recorded it.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "topic", "channels", "mode"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing",
      "topic": "products.savings",
      "channels": ["email", "post"],
      "mode": "only",
      "evidence": {
        "kind": "callRecording",
        "reference": "recording 2026-0301-0042",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("complaint.opened.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "complaint.opened/1",
  "title": "Complaint opened",
  "description": "Something went wrong for the customer and she told the company, or an authority, about it.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "complaintId": {
      "x-label": "Complaint",
      "description": "Number of the complaint.",
      "type": "string",
      "x-format": "id"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel by which the complaint came.",
      "type": "string",
      "x-format": "channel"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the complaint is about.",
      "type": "string",
      "x-format": "path"
    },
    "severity": {
      "x-label": "Severity",
      "description": "How serious the matter is.",
      "type": "string",
      "enum": ["low", "medium", "high"]
    },
    "orderId": {
      "x-label": "Order",
      "description": "Number of the order it concerns.",
      "type": "string",
      "x-format": "id"
    },
    "product": {
      "x-label": "Product",
      "description": "Product or product group it concerns.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "issue": {
      "x-label": "Issue",
      "description": "What went wrong, in the source's own terms.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "company": {
      "x-label": "Company",
      "description": "Company it is directed at, where one ledger serves several.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "text": {
      "x-label": "Text",
      "description": "What the customer wrote or said.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "wantedRemedy": {
      "x-label": "Wanted remedy",
      "description": "What the customer would like to be done.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "The complaint as it came in.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["complaintId", "channel", "topic"],
  "additionalProperties": false,
  "examples": [
    {
      "complaintId": "X-2026-0042",
      "channel": "inapp.web",
      "topic": "products.shoes",
      "severity": "medium",
      "orderId": "O-2026-1001",
      "product": "Running shoes",
      "issue": "Sole came off",
      "company": "Example Shop",
      "text": "The left sole came off after two weeks.",
      "wantedRemedy": "A new pair or the money back.",
      "evidence": {"kind": "other", "reference": "form entry 2026-0042"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("complaint.resolved.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "complaint.resolved/1",
  "title": "Complaint resolved",
  "description": "The company closed a complaint. It says how, and whether the customer agrees.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "complaintId": {
      "x-label": "Complaint",
      "description": "Number of the complaint that was closed.",
      "type": "string",
      "x-format": "id"
    },
    "remedy": {
      "x-label": "Remedy",
      "description": "What the company did about it.",
      "type": "string",
      "enum": ["refund", "replacement", "credit", "repair", "apology", "none", "other"]
    },
    "customerAgrees": {
      "x-label": "Customer agrees",
      "description": "Whether the customer accepts the outcome; absent if nobody asked.",
      "type": "boolean"
    }
  },
  "required": ["complaintId", "remedy"],
  "additionalProperties": false,
  "examples": [
    {"complaintId": "X-2026-0042", "remedy": "credit", "customerAgrees": true}
  ]
}

"""#),
    ("configuration.chosen.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "configuration.chosen/1",
  "title": "Configuration chosen",
  "description": "The customer put a product together from its options.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sku": {
      "x-label": "Product",
      "description": "Stock number of the product that was put together.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the product belongs to.",
      "type": "string",
      "x-format": "path"
    },
    "options": {
      "x-label": "Options chosen",
      "description": "What the customer chose, option by option.",
      "type": "array",
      "items": {"$ref": "#/$defs/option"},
      "maxItems": 256
    }
  },
  "required": ["sku", "topic", "options"],
  "additionalProperties": false,
  "examples": [
    {
      "sku": "BIKE-7",
      "topic": "products.bikes",
      "options": [
        {"option": "frame", "value": "56 cm"},
        {"option": "colour", "value": "dark green"}
      ]
    }
  ],
  "$defs": {
    "option": {
      "description": "One choice made in a configuration.",
      "type": "object",
      "properties": {
        "option": {
          "description": "Which option of the product was decided.",
          "type": "string",
          "x-format": "id"
        },
        "value": {
          "description": "What the customer chose for it.",
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        }
      },
      "required": ["option", "value"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("conflict.confirmed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "conflict.confirmed/1",
  "title": "Conflict confirmed",
  "description": "The customer saw that a privacy signal and her consent disagree, and kept the consent.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "signalEventId": {
      "x-label": "Signal",
      "description": "The signal.received event that disagrees.",
      "type": "string",
      "x-format": "eventId"
    },
    "consentEventId": {
      "x-label": "Consent",
      "description": "The consent event that the customer kept.",
      "type": "string",
      "x-format": "eventId"
    },
    "noticeEventId": {
      "x-label": "Notice shown",
      "description": "The notice.presented event that showed the conflict.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["signalEventId", "consentEventId", "noticeEventId"],
  "additionalProperties": false,
  "examples": [
    {
      "signalEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "consentEventId": "3b1f6c02-5a52-4c3e-9d0a-7f4f5c1e2a11",
      "noticeEventId": "5d7c9e44-0e7b-4f0a-8a55-1f0a9b3c2d22"
    }
  ]
}

"""#),
    ("consent.confirmed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.confirmed/1",
  "title": "Consent confirmed",
  "description": "The customer confirmed a consent request. From now on it permits what the request asked for.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose, the same as in the request.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic, the same as in the request; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel, the same as in the request.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point, the same as in the request.",
      "type": "string",
      "x-format": "id",
      "not": {"const": "none"}
    },
    "requestEventId": {
      "x-label": "Request",
      "description": "The consent.requested event that was confirmed.",
      "type": "string",
      "x-format": "eventId"
    },
    "method": {
      "x-label": "Method",
      "description": "How the customer confirmed.",
      "type": "string",
      "enum": ["link", "code", "reply"]
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "requestEventId", "method"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "requestEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "method": "link"
    }
  ]
}

"""#),
    ("consent.given.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.given/1",
  "title": "Consent given",
  "description": "The customer consented to one purpose, within a stated scope. This is the consent record (ISO/IEC TS 27560).",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "The one purpose it is about; never *, so that nothing is bundled.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the statement is about, with everything below it; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the consent is about; none for a use of data without contact.",
      "type": "string",
      "x-format": "id"
    },
    "noticeEventId": {
      "x-label": "Notice shown",
      "description": "The notice.presented event that shows what the customer read.",
      "type": "string",
      "x-format": "eventId"
    },
    "language": {
      "x-label": "Language",
      "description": "Language in which the customer was asked, as a BCP 47 tag.",
      "type": "string",
      "x-format": "language"
    },
    "consentType": {
      "x-label": "Kind of consent",
      "description": "Whether consent was expressed or, as special categories need, explicit.",
      "type": "string",
      "enum": ["expressed", "explicit"]
    },
    "validityDuration": {
      "x-label": "Valid for",
      "description": "How long the consent holds, or the word untilWithdrawn.",
      "anyOf": [{"type": "string", "x-format": "duration"}, {"const": "untilWithdrawn"}]
    },
    "lawfulBasis": {
      "x-label": "Lawful basis",
      "description": "Legal basis of the processing, for example gdpr.6-1-a.",
      "type": "string",
      "x-format": "path"
    },
    "personalDataTypes": {
      "x-label": "Kinds of data",
      "description": "Kinds of personal data that may be used.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 64
    },
    "controllers": {
      "x-label": "Controllers",
      "description": "Ids of the parties that decide about the processing.",
      "type": "array",
      "items": {"type": "string", "x-format": "id"},
      "maxItems": 64
    },
    "recipients": {
      "x-label": "Recipients",
      "description": "Third parties that get the data; empty means nobody else.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 64
    },
    "storageLocations": {
      "x-label": "Storage countries",
      "description": "Countries in which the data is kept, as ISO 3166-1 codes.",
      "type": "array",
      "items": {"type": "string", "x-format": "country"},
      "maxItems": 256
    },
    "retentionPeriod": {
      "x-label": "Kept for",
      "description": "How long the data is kept.",
      "type": "string",
      "x-format": "duration"
    },
    "jurisdiction": {
      "x-label": "Jurisdiction",
      "description": "Country whose law applies, as an ISO 3166-1 code.",
      "type": "string",
      "x-format": "country"
    },
    "withdrawalMethod": {
      "x-label": "How to withdraw",
      "description": "How the customer can take the consent back.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "method": {
      "x-label": "Method",
      "description": "How the consent was given.",
      "type": "string",
      "enum": ["webForm", "appForm", "phoneCall", "inPerson", "paperSigned", "electronicSigned"]
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the consent; required if staff recorded it.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": [
    "purpose",
    "topic",
    "channel",
    "contactPoint",
    "noticeEventId",
    "language",
    "consentType",
    "validityDuration",
    "lawfulBasis",
    "personalDataTypes",
    "controllers",
    "recipients",
    "storageLocations",
    "retentionPeriod",
    "jurisdiction",
    "withdrawalMethod",
    "method"
  ],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "noticeEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "language": "en-GB",
      "consentType": "expressed",
      "validityDuration": "P24M",
      "lawfulBasis": "gdpr.6-1-a",
      "personalDataTypes": ["e-mail address", "purchases"],
      "controllers": ["example-shop"],
      "recipients": [],
      "storageLocations": ["DE"],
      "retentionPeriod": "P36M",
      "jurisdiction": "DE",
      "withdrawalMethod": "link in every message, or the preference page",
      "method": "phoneCall",
      "evidence": {
        "kind": "callRecording",
        "reference": "recording 2026-0301-0042",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("consent.refused.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.refused/1",
  "title": "Consent refused",
  "description": "The customer refused a consent request. It forbids what the request asked for.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose, the same as in the request.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic, the same as in the request; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel, the same as in the request.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point, the same as in the request.",
      "type": "string",
      "x-format": "id",
      "not": {"const": "none"}
    },
    "requestEventId": {
      "x-label": "Request",
      "description": "The consent.requested event that was refused.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "requestEventId"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "requestEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"
    }
  ]
}

"""#),
    ("consent.requested.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.requested/1",
  "title": "Consent requested",
  "description": "A double opt-in began: the customer was asked to confirm a consent. It permits nothing until it is confirmed.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "The one purpose it is about; never *, so that nothing is bundled.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the request is about.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the request is about.",
      "type": "string",
      "x-format": "id",
      "not": {"const": "none"}
    },
    "noticeEventId": {
      "x-label": "Notice shown",
      "description": "The notice.presented event that shows what the customer read.",
      "type": "string",
      "x-format": "eventId"
    },
    "language": {
      "x-label": "Language",
      "description": "Language in which the customer was asked, as a BCP 47 tag.",
      "type": "string",
      "x-format": "language"
    },
    "consentType": {
      "x-label": "Kind of consent",
      "description": "Whether consent was expressed or, as special categories need, explicit.",
      "type": "string",
      "enum": ["expressed", "explicit"]
    },
    "validityDuration": {
      "x-label": "Valid for",
      "description": "How long the consent holds, or the word untilWithdrawn.",
      "anyOf": [{"type": "string", "x-format": "duration"}, {"const": "untilWithdrawn"}]
    },
    "lawfulBasis": {
      "x-label": "Lawful basis",
      "description": "Legal basis of the processing, for example gdpr.6-1-a.",
      "type": "string",
      "x-format": "path"
    },
    "personalDataTypes": {
      "x-label": "Kinds of data",
      "description": "Kinds of personal data that may be used.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 64
    },
    "controllers": {
      "x-label": "Controllers",
      "description": "Ids of the parties that decide about the processing.",
      "type": "array",
      "items": {"type": "string", "x-format": "id"},
      "maxItems": 64
    },
    "recipients": {
      "x-label": "Recipients",
      "description": "Third parties that get the data; empty means nobody else.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 64
    },
    "storageLocations": {
      "x-label": "Storage countries",
      "description": "Countries in which the data is kept, as ISO 3166-1 codes.",
      "type": "array",
      "items": {"type": "string", "x-format": "country"},
      "maxItems": 256
    },
    "retentionPeriod": {
      "x-label": "Kept for",
      "description": "How long the data is kept.",
      "type": "string",
      "x-format": "duration"
    },
    "jurisdiction": {
      "x-label": "Jurisdiction",
      "description": "Country whose law applies, as an ISO 3166-1 code.",
      "type": "string",
      "x-format": "country"
    },
    "withdrawalMethod": {
      "x-label": "How to withdraw",
      "description": "How the customer can take the consent back.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "expiresAt": {
      "x-label": "Request ends",
      "description": "When the request lapses if nobody confirms it.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": [
    "purpose",
    "topic",
    "channel",
    "contactPoint",
    "noticeEventId",
    "language",
    "consentType",
    "validityDuration",
    "lawfulBasis",
    "personalDataTypes",
    "controllers",
    "recipients",
    "storageLocations",
    "retentionPeriod",
    "jurisdiction",
    "withdrawalMethod",
    "expiresAt"
  ],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "noticeEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "language": "en-GB",
      "consentType": "expressed",
      "validityDuration": "P24M",
      "lawfulBasis": "gdpr.6-1-a",
      "personalDataTypes": ["e-mail address", "purchases"],
      "controllers": ["example-shop"],
      "recipients": [],
      "storageLocations": ["DE"],
      "retentionPeriod": "P36M",
      "jurisdiction": "DE",
      "withdrawalMethod": "link in every message, or the preference page",
      "expiresAt": "2026-03-08T09:00:00Z"
    }
  ]
}

"""#),
    ("consent.revoked.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.revoked/1",
  "title": "Consent revoked",
  "description": "The company itself ended a consent, for example because the notice was defective. It forbids everything within its scope.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the statement is about, with everything below it; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the statement is about, with everything below it; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point it is about; none where no contact is involved; * means all of them.",
      "type": "string",
      "x-format": "pointScope"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why the company ended it.",
      "type": "string",
      "enum": ["noticeDefect", "purposeRetired", "controllerDecision"]
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "reason"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "*",
      "channel": "*",
      "contactPoint": "*",
      "reason": "noticeDefect"
    }
  ]
}

"""#),
    ("consent.withdrawn.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "consent.withdrawn/1",
  "title": "Consent withdrawn",
  "description": "The customer took a consent back. It forbids everything within its scope.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the statement is about, with everything below it; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the statement is about, with everything below it; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point it is about; none where no contact is involved; * means all of them.",
      "type": "string",
      "x-format": "pointScope"
    },
    "route": {
      "x-label": "Route",
      "description": "The way by which the statement reached the company.",
      "type": "string",
      "enum": [
        "oneClick",
        "keyword",
        "spoken",
        "portal",
        "staff",
        "letter",
        "spamComplaint",
        "checkout",
        "import",
        "api"
      ]
    },
    "words": {
      "x-label": "Own words",
      "description": "What the customer said or wrote, word for word.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of what the customer said.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "route"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing",
      "topic": "*",
      "channel": "email",
      "contactPoint": "*",
      "route": "spoken",
      "words": "Please no more e-mails.",
      "evidence": {
        "kind": "callRecording",
        "reference": "recording 2026-0301-0042",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("contact.bounced.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.bounced/1",
  "title": "Contact bounced",
  "description": "A message to the customer did not arrive.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sendEventId": {
      "x-label": "Message sent",
      "description": "The contact.sent event this is the result of.",
      "type": "string",
      "x-format": "eventId"
    },
    "messageId": {
      "x-label": "Carrier's number",
      "description": "The carrier's number of the message, where the sending event is not known.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the message went to.",
      "type": "string",
      "x-format": "id"
    },
    "bounce": {
      "x-label": "Kind of bounce",
      "description": "Whether the failure is lasting (hard) or may pass (soft).",
      "type": "string",
      "enum": ["hard", "soft"]
    },
    "code": {
      "x-label": "Carrier's code",
      "description": "The carrier's code for the failure.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    }
  },
  "required": ["bounce"],
  "additionalProperties": false,
  "anyOf": [{"required": ["sendEventId"]}, {"required": ["messageId"]}],
  "examples": [
    {
      "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "messageId": "20260401.1001@mail.example.com",
      "contactPoint": "cp1",
      "bounce": "hard",
      "code": "5.1.1"
    }
  ]
}

"""#),
    ("contact.complained.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.complained/1",
  "title": "Contact complained about",
  "description": "The customer called a message unwanted, for example as spam.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sendEventId": {
      "x-label": "Message sent",
      "description": "The contact.sent event this is the result of.",
      "type": "string",
      "x-format": "eventId"
    },
    "messageId": {
      "x-label": "Carrier's number",
      "description": "The carrier's number of the message, where the sending event is not known.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the message went to.",
      "type": "string",
      "x-format": "id"
    },
    "complainedTo": {
      "x-label": "Complained to",
      "description": "To whom the customer said so.",
      "type": "string",
      "enum": ["mailbox", "company", "authority"]
    }
  },
  "required": ["complainedTo"],
  "additionalProperties": false,
  "anyOf": [{"required": ["sendEventId"]}, {"required": ["messageId"]}],
  "examples": [
    {
      "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "messageId": "20260401.1001@mail.example.com",
      "contactPoint": "cp1",
      "complainedTo": "mailbox"
    }
  ]
}

"""#),
    ("contact.decided.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.decided/1",
  "title": "Contact decided",
  "description": "Rapport answered whether the customer may be contacted. The id of this event is the token for the sender.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "department": {
      "x-label": "Department",
      "description": "Department that makes the contact.",
      "type": "string",
      "x-format": "id"
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose of the contact, a concrete one.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the contact is about; general if nothing narrower fits.",
      "type": "string",
      "x-format": "path"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel of the contact, a concrete one.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point used; none in person, or where imported history does not say.",
      "type": "string",
      "x-format": "id"
    },
    "class": {
      "x-label": "Message class",
      "description": "Class of the message, as its purpose was registered.",
      "type": "string",
      "enum": ["mandatory", "transactional", "relationship", "marketing", "sharing"]
    },
    "occasionEventId": {
      "x-label": "Occasion",
      "description": "The event this message answers or carries out, such as an order.",
      "type": "string",
      "x-format": "eventId"
    },
    "campaignId": {
      "x-label": "Campaign",
      "description": "Campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "cell": {
      "x-label": "Campaign cell",
      "description": "Cell of the campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "questionAt": {
      "x-label": "Asked for",
      "description": "The moment the question was about.",
      "type": "string",
      "x-format": "instant"
    },
    "knownAtPosition": {
      "x-label": "Known at",
      "description": "Position in the ledger up to which the answer knew everything.",
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "verdict": {
      "x-label": "Verdict",
      "description": "The answer.",
      "type": "string",
      "enum": ["allow", "defer", "deny"]
    },
    "deferUntil": {
      "x-label": "Deferred until",
      "description": "Earliest moment at which nothing known defers any more; absent if open.",
      "type": "string",
      "x-format": "instant"
    },
    "rule": {
      "x-label": "Rule",
      "description": "Code of the rule that decided, for example G6.consent.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "decidingEventId": {
      "x-label": "Deciding event",
      "description": "The event that decided; where nobody said anything, the policy.published event.",
      "type": "string",
      "x-format": "eventId"
    },
    "policyVersion": {
      "x-label": "Policy version",
      "description": "Version of the policy that was applied.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    }
  },
  "required": [
    "department",
    "purpose",
    "topic",
    "channel",
    "contactPoint",
    "class",
    "questionAt",
    "knownAtPosition",
    "verdict",
    "rule",
    "decidingEventId",
    "policyVersion"
  ],
  "additionalProperties": false,
  "examples": [
    {
      "department": "marketing",
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "class": "marketing",
      "campaignId": "spring-2026",
      "cell": "a-email",
      "occasionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "questionAt": "2026-04-01T08:00:00Z",
      "knownAtPosition": 1234,
      "verdict": "defer",
      "deferUntil": "2026-06-01T00:00:00Z",
      "rule": "G8.paused",
      "decidingEventId": "3b1f6c02-5a52-4c3e-9d0a-7f4f5c1e2a11",
      "policyVersion": "1"
    }
  ]
}

"""#),
    ("contact.delivered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.delivered/1",
  "title": "Contact delivered",
  "description": "A message to the customer arrived.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sendEventId": {
      "x-label": "Message sent",
      "description": "The contact.sent event this is the result of.",
      "type": "string",
      "x-format": "eventId"
    },
    "messageId": {
      "x-label": "Carrier's number",
      "description": "The carrier's number of the message, where the sending event is not known.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the message went to.",
      "type": "string",
      "x-format": "id"
    }
  },
  "additionalProperties": false,
  "anyOf": [{"required": ["sendEventId"]}, {"required": ["messageId"]}],
  "examples": [
    {
      "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "messageId": "20260401.1001@mail.example.com",
      "contactPoint": "cp1"
    }
  ]
}

"""#),
    ("contact.paused.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.paused/1",
  "title": "Contact paused",
  "description": "The customer, or a process on her behalf, asked for no contact before a date.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose that pauses; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic that pauses; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel that pauses; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "until": {
      "x-label": "Paused until",
      "description": "When contact may begin again.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["purpose", "topic", "channel", "until"],
  "additionalProperties": false,
  "examples": [
    {"purpose": "marketing", "topic": "*", "channel": "*", "until": "2026-06-01T00:00:00Z"}
  ]
}

"""#),
    ("contact.planned.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.planned/1",
  "title": "Contact planned",
  "description": "A contact with the customer is planned. It permits nothing; the decision comes at the drop.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "department": {
      "x-label": "Department",
      "description": "Department that makes the contact.",
      "type": "string",
      "x-format": "id"
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose of the contact, a concrete one.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the contact is about; general if nothing narrower fits.",
      "type": "string",
      "x-format": "path"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel of the contact, a concrete one.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point used; none in person, or where imported history does not say.",
      "type": "string",
      "x-format": "id"
    },
    "class": {
      "x-label": "Message class",
      "description": "Class of the message, as its purpose was registered.",
      "type": "string",
      "enum": ["mandatory", "transactional", "relationship", "marketing"]
    },
    "occasionEventId": {
      "x-label": "Occasion",
      "description": "The event this message answers or carries out, such as an order.",
      "type": "string",
      "x-format": "eventId"
    },
    "campaignId": {
      "x-label": "Campaign",
      "description": "Campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "cell": {
      "x-label": "Campaign cell",
      "description": "Cell of the campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "dropAt": {
      "x-label": "Planned for",
      "description": "When the contact is to go out.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["department", "purpose", "topic", "channel", "contactPoint", "class", "dropAt"],
  "additionalProperties": false,
  "examples": [
    {
      "department": "marketing",
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "class": "marketing",
      "campaignId": "spring-2026",
      "cell": "a-email",
      "occasionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "dropAt": "2026-04-01T08:00:00Z"
    }
  ]
}

"""#),
    ("contact.responded.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.responded/1",
  "title": "Contact responded to",
  "description": "The customer reacted to a message. That it was opened is unreliable and never a basis for anything.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sendEventId": {
      "x-label": "Message sent",
      "description": "The contact.sent event this is the result of.",
      "type": "string",
      "x-format": "eventId"
    },
    "messageId": {
      "x-label": "Carrier's number",
      "description": "The carrier's number of the message, where the sending event is not known.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the message went to.",
      "type": "string",
      "x-format": "id"
    },
    "response": {
      "x-label": "Response",
      "description": "What the customer did.",
      "type": "string",
      "enum": ["opened", "clicked", "replied", "called", "visited", "bought", "declined"]
    }
  },
  "required": ["response"],
  "additionalProperties": false,
  "anyOf": [{"required": ["sendEventId"]}, {"required": ["messageId"]}],
  "examples": [
    {
      "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "messageId": "20260401.1001@mail.example.com",
      "contactPoint": "cp1",
      "response": "clicked"
    }
  ]
}

"""#),
    ("contact.resumed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.resumed/1",
  "title": "Contact resumed",
  "description": "The customer ended a pause before its date.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "pauseEventId": {
      "x-label": "Pause",
      "description": "The contact.paused event that is over.",
      "type": "string",
      "x-format": "eventId"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the wish; required if staff recorded it.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["pauseEventId"],
  "additionalProperties": false,
  "examples": [
    {
      "pauseEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "evidence": {
        "kind": "callRecording",
        "reference": "recording 2026-0301-0042",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("contact.sent.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contact.sent/1",
  "title": "Contact sent",
  "description": "A message, call or letter to the customer went out.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "department": {
      "x-label": "Department",
      "description": "Department that makes the contact.",
      "type": "string",
      "x-format": "id"
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose of the contact, a concrete one.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the contact is about; general if nothing narrower fits.",
      "type": "string",
      "x-format": "path"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel of the contact, a concrete one.",
      "type": "string",
      "x-format": "channel"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point used; none in person, or where imported history does not say.",
      "type": "string",
      "x-format": "id"
    },
    "class": {
      "x-label": "Message class",
      "description": "Class of the message, as its purpose was registered.",
      "type": "string",
      "enum": ["mandatory", "transactional", "relationship", "marketing"]
    },
    "occasionEventId": {
      "x-label": "Occasion",
      "description": "The event this message answers or carries out, such as an order.",
      "type": "string",
      "x-format": "eventId"
    },
    "campaignId": {
      "x-label": "Campaign",
      "description": "Campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "cell": {
      "x-label": "Campaign cell",
      "description": "Cell of the campaign the contact belongs to.",
      "type": "string",
      "x-format": "id"
    },
    "decisionEventId": {
      "x-label": "Decision",
      "description": "The contact.decided event that allowed it; absent means it was sent without asking, which raises an alarm.",
      "type": "string",
      "x-format": "eventId"
    },
    "messageId": {
      "x-label": "Carrier's number",
      "description": "The carrier's number of the message.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of what was sent.",
      "type": "string",
      "x-format": "hash"
    },
    "duration": {
      "x-label": "Call length",
      "description": "How long the call took, if it was one.",
      "type": "string",
      "x-format": "duration"
    },
    "cost": {
      "x-label": "Cost",
      "description": "What the contact cost the company.",
      "$ref": "#/$defs/money"
    }
  },
  "required": ["department", "purpose", "topic", "channel", "contactPoint", "class"],
  "additionalProperties": false,
  "examples": [
    {
      "department": "marketing",
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "class": "marketing",
      "campaignId": "spring-2026",
      "cell": "a-email",
      "occasionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "decisionEventId": "3b1f6c02-5a52-4c3e-9d0a-7f4f5c1e2a11",
      "messageId": "20260401.1001@mail.example.com",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "cost": {"amount": "0.004", "currency": "EUR"}
    }
  ],
  "$defs": {
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("contactpoint.added.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contactpoint.added/1",
  "title": "Contact point added",
  "description": "An address or number by which the customer can be reached became known. It permits nothing by itself.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point, unique in the ledger.",
      "type": "string",
      "x-format": "id"
    },
    "kind": {
      "x-label": "Kind",
      "description": "What kind of address or number it is.",
      "type": "string",
      "enum": ["email", "phone", "postal", "device", "handle"]
    },
    "channels": {
      "x-label": "Channels",
      "description": "Channels the contact point serves; a landline serves voice only.",
      "type": "array",
      "items": {"type": "string", "x-format": "channel"},
      "maxItems": 64,
      "uniqueItems": true
    },
    "value": {
      "x-label": "Address or number",
      "description": "The address or number in its normalised form.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "timeZones": {
      "x-label": "Time zones",
      "description": "IANA time zones the contact point may lie in.",
      "type": "array",
      "items": {"type": "string", "x-format": "timeZone"},
      "maxItems": 64
    },
    "ownership": {
      "x-label": "Ownership",
      "description": "Whether the customer alone reads it or shares it with others.",
      "type": "string",
      "enum": ["sole", "shared", "unknown"]
    },
    "addedBy": {
      "x-label": "Added by",
      "description": "Where the contact point came from.",
      "type": "string",
      "enum": ["customer", "staff", "order", "import", "broker"]
    },
    "replaces": {
      "x-label": "Replaces",
      "description": "Id of the contact point that this one takes the place of.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["contactPointId", "kind", "channels", "value", "ownership", "addedBy"],
  "additionalProperties": false,
  "examples": [
    {
      "contactPointId": "cp2",
      "kind": "phone",
      "channels": ["voice", "sms"],
      "value": "+493023125001",
      "timeZones": ["Europe/Berlin"],
      "ownership": "sole",
      "addedBy": "customer",
      "replaces": "cp1"
    }
  ]
}

"""#),
    ("contactpoint.invalidated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contactpoint.invalidated/1",
  "title": "Contact point invalidated",
  "description": "A contact point no longer reaches this customer. It stays unused until it is verified or added anew.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point that no longer works.",
      "type": "string",
      "x-format": "id"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why it no longer reaches the customer.",
      "type": "string",
      "enum": ["hardBounce", "reassigned", "goneAway", "notTheirs", "removed"]
    }
  },
  "required": ["contactPointId", "reason"],
  "additionalProperties": false,
  "examples": [
    {"contactPointId": "cp1", "reason": "hardBounce"}
  ]
}

"""#),
    ("contactpoint.verified.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contactpoint.verified/1",
  "title": "Contact point verified",
  "description": "A code or link sent to the contact point came back, so it reaches this customer.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point that was checked.",
      "type": "string",
      "x-format": "id"
    },
    "method": {
      "x-label": "Method",
      "description": "How it was checked.",
      "type": "string",
      "enum": ["link", "code", "call", "letter", "inPerson"]
    }
  },
  "required": ["contactPointId", "method"],
  "additionalProperties": false,
  "examples": [
    {"contactPointId": "cp1", "method": "link"}
  ]
}

"""#),
    ("contract.ended.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contract.ended/1",
  "title": "Contract ended",
  "description": "A running contract is over.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contractId": {
      "x-label": "Contract",
      "description": "Number of the contract.",
      "type": "string",
      "x-format": "id"
    },
    "endReason": {
      "x-label": "Reason",
      "description": "Who or what ended the contract.",
      "type": "string",
      "enum": ["customer", "company", "nonPayment", "termOver"]
    }
  },
  "required": ["contractId", "endReason"],
  "additionalProperties": false,
  "examples": [
    {"contractId": "K-2026-0055", "endReason": "customer"}
  ]
}

"""#),
    ("contract.renewed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contract.renewed/1",
  "title": "Contract renewed",
  "description": "A running contract goes on for another term.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contractId": {
      "x-label": "Contract",
      "description": "Number of the contract.",
      "type": "string",
      "x-format": "id"
    },
    "term": {
      "x-label": "New term",
      "description": "Length of the new term.",
      "type": "string",
      "x-format": "duration"
    },
    "price": {
      "x-label": "Price",
      "description": "Price agreed for the new term.",
      "$ref": "#/$defs/money"
    }
  },
  "required": ["contractId", "term"],
  "additionalProperties": false,
  "examples": [
    {
      "contractId": "K-2026-0055",
      "term": "P12M",
      "price": {"amount": "228.00", "currency": "EUR"}
    }
  ],
  "$defs": {
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("contract.started.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "contract.started/1",
  "title": "Contract started",
  "description": "A running contract with the customer began.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "contractId": {
      "x-label": "Contract",
      "description": "Number of the contract.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the contract is about.",
      "type": "string",
      "x-format": "path"
    },
    "term": {
      "x-label": "Term",
      "description": "First term of the contract; absent if it has none.",
      "type": "string",
      "x-format": "duration"
    },
    "price": {
      "x-label": "Price",
      "description": "Price agreed for the term.",
      "$ref": "#/$defs/money"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof that the contract was made.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["contractId", "topic"],
  "additionalProperties": false,
  "examples": [
    {
      "contractId": "K-2026-0055",
      "topic": "services.mobile",
      "term": "P24M",
      "price": {"amount": "480.00", "currency": "EUR"},
      "evidence": {
        "kind": "signedForm",
        "reference": "form 2026-0055",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    },
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("conversation.held.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "conversation.held/1",
  "title": "Conversation held",
  "description": "Staff talked with the customer. It points to what the talk taught the company.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "channel": {
      "x-label": "Channel",
      "description": "Channel of the talk.",
      "type": "string",
      "x-format": "channel"
    },
    "duration": {
      "x-label": "Duration",
      "description": "How long the talk took.",
      "type": "string",
      "x-format": "duration"
    },
    "learnedEventIds": {
      "x-label": "What we learned",
      "description": "Events that record what was learned in the talk; may be empty.",
      "type": "array",
      "items": {"type": "string", "x-format": "eventId"},
      "maxItems": 1000
    },
    "summary": {
      "x-label": "Summary",
      "description": "What the talk was about.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["channel", "duration", "learnedEventIds"],
  "additionalProperties": false,
  "examples": [
    {
      "channel": "voice.live",
      "duration": "PT12M",
      "learnedEventIds": ["8efdeb9f-798d-4dbd-9465-b25f54679f6f", "3b1f6c02-5a52-4c3e-9d0a-7f4f5c1e2a11"],
      "summary": "Asked about repairs; would rather be called in the evening."
    }
  ]
}

"""#),
    ("credit.granted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "credit.granted/1",
  "title": "Credit granted",
  "description": "The company promised the customer a sum: we owe this.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "promiseId": {
      "x-label": "Promise",
      "description": "Number of the promise.",
      "type": "string",
      "x-format": "id"
    },
    "amount": {
      "x-label": "Amount",
      "description": "Sum that was promised.",
      "$ref": "#/$defs/money"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why it was promised, in words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "redeemWhere": {
      "x-label": "Where to redeem",
      "description": "Place or business where it can be redeemed; * means anywhere.",
      "type": "string",
      "x-format": "scope"
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the promise ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["promiseId", "amount", "reason", "redeemWhere"],
  "additionalProperties": false,
  "examples": [
    {
      "promiseId": "P-2026-0003",
      "amount": {"amount": "20.00", "currency": "EUR"},
      "reason": "Apology for the late repair.",
      "redeemWhere": "*",
      "validUntil": "2027-03-01T00:00:00Z"
    }
  ],
  "$defs": {
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("credit.redeemed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "credit.redeemed/1",
  "title": "Credit redeemed",
  "description": "The company kept its promise of a credit. This can happen only once for each promise.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "promiseId": {
      "x-label": "Promise",
      "description": "Number of the promise that was kept.",
      "type": "string",
      "x-format": "id"
    },
    "amount": {
      "x-label": "Amount",
      "description": "Sum that was redeemed.",
      "$ref": "#/$defs/money"
    },
    "orderId": {
      "x-label": "Order",
      "description": "Number of the order in which it was redeemed.",
      "type": "string",
      "x-format": "id"
    },
    "storeId": {
      "x-label": "Store",
      "description": "Store in which it was redeemed.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["promiseId", "amount"],
  "additionalProperties": false,
  "examples": [
    {
      "promiseId": "P-2026-0003",
      "amount": {"amount": "20.00", "currency": "EUR"},
      "orderId": "O-2026-1044",
      "storeId": "berlin-3"
    }
  ],
  "$defs": {
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("customer.registered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "customer.registered/1",
  "title": "Customer registered",
  "description": "The ledger met a person, household or organisation for the first time. No login is needed for this.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "sensitive",
  "type": "object",
  "properties": {
    "kind": {
      "x-label": "Kind",
      "description": "Whether the customer is one person, a household or an organisation.",
      "type": "string",
      "enum": ["person", "household", "organisation"]
    },
    "name": {
      "x-label": "Name",
      "description": "Name of the customer as given.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "birthDate": {
      "x-label": "Date of birth",
      "description": "Date of birth of the customer; may show that the customer is a minor.",
      "x-personal": true,
      "type": "string",
      "x-format": "date"
    },
    "language": {
      "x-label": "Language",
      "description": "Language the customer prefers, as a BCP 47 tag.",
      "type": "string",
      "x-format": "language"
    },
    "country": {
      "x-label": "Country",
      "description": "Country the customer lives in, as an ISO 3166-1 code.",
      "type": "string",
      "x-format": "country"
    }
  },
  "required": ["kind"],
  "additionalProperties": false,
  "examples": [
    {
      "kind": "person",
      "name": "Example Customer",
      "birthDate": "1980-01-01",
      "language": "de",
      "country": "DE"
    }
  ]
}

"""#),
    ("data.erased.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "data.erased/1",
  "title": "Data erased",
  "description": "The customer's keys are destroyed, so that her encrypted fields can never be read again. It also says what was purged and suppressed.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    },
    "keyIds": {
      "x-label": "Keys destroyed",
      "description": "Ids of the keys that were destroyed.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 1000
    },
    "oldEpoch": {
      "x-label": "Old key epoch",
      "description": "Number of the key epoch that was destroyed.",
      "type": "integer",
      "minimum": 0
    },
    "newEpoch": {
      "x-label": "New key epoch",
      "description": "Number of the key epoch that took its place.",
      "type": "integer",
      "minimum": 0
    },
    "suppressed": {
      "x-label": "Suppressed addresses",
      "description": "One keyed digest for each contact point, so that it is not contacted again after a new import.",
      "type": "array",
      "items": {"type": "string", "x-format": "hash"},
      "maxItems": 256
    },
    "readModels": {
      "x-label": "Read models purged",
      "description": "Names of the read models that were purged.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 256
    },
    "scanResult": {
      "x-label": "Scan result",
      "description": "Whether the final scan still found any of the data.",
      "type": "string",
      "enum": ["clean", "found"]
    }
  },
  "required": ["requestId", "keyIds", "oldEpoch", "newEpoch", "suppressed", "readModels", "scanResult"],
  "additionalProperties": false,
  "examples": [
    {
      "requestId": "DSR-2026-0006",
      "keyIds": ["AQIDBAUGBwg"],
      "oldEpoch": 3,
      "newEpoch": 4,
      "suppressed": ["hmac-sha256:da84be2a05afa6ec7224e2039d98e109b4f55263faac79301abf4342e903cfba"],
      "readModels": ["customer.cue", "marketing.cell"],
      "scanResult": "clean"
    }
  ]
}

"""#),
    ("data.exported.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "data.exported/1",
  "title": "Data exported",
  "description": "A copy of the customer's data was handed over.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the rights request it answers.",
      "type": "string",
      "x-format": "id"
    },
    "format": {
      "x-label": "Format",
      "description": "Format of the copy.",
      "type": "string",
      "enum": ["json", "jsonl", "csv", "pdf", "receipt"]
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the copy.",
      "type": "string",
      "x-format": "hash"
    },
    "recipient": {
      "x-label": "Recipient",
      "description": "To whom it was handed over.",
      "type": "string",
      "enum": ["customer", "representative", "authority", "department"]
    }
  },
  "required": ["format", "contentHash", "recipient"],
  "additionalProperties": false,
  "examples": [
    {
      "requestId": "DSR-2026-0004",
      "format": "json",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "recipient": "customer"
    }
  ]
}

"""#),
    ("death.notified.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "death.notified/1",
  "title": "Death notified",
  "description": "Somebody told the company that the customer has died.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "notifiedBy": {
      "x-label": "Told by",
      "description": "Who told us.",
      "type": "string",
      "enum": ["family", "executor", "authority", "other"]
    },
    "since": {
      "x-label": "Date of death",
      "description": "Date of death, if known.",
      "x-personal": true,
      "type": "string",
      "x-format": "date"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the death.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["notifiedBy"],
  "additionalProperties": false,
  "examples": [
    {
      "notifiedBy": "executor",
      "since": "2026-02-20",
      "evidence": {
        "kind": "scan",
        "reference": "scan 2026-0301-0004",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("department.granted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "department.granted/1",
  "title": "Department granted",
  "description": "The company said what a department may use. It replaces the department's earlier grant.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "department": {
      "x-label": "Department",
      "description": "Department that gets the grant.",
      "type": "string",
      "x-format": "id"
    },
    "purposes": {
      "x-label": "Purposes",
      "description": "Purposes the department may work for; empty means nothing.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 64
    },
    "fields": {
      "x-label": "Fields",
      "description": "Fields the department may see.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 1000
    },
    "aggregateOnly": {
      "x-label": "Totals only",
      "description": "True if the department may see only totals, never single customers.",
      "type": "boolean"
    },
    "k": {
      "x-label": "Smallest group",
      "description": "Smallest group of customers that a total may describe.",
      "type": "integer",
      "minimum": 1
    }
  },
  "required": ["department", "purposes", "fields", "aggregateOnly"],
  "additionalProperties": false,
  "examples": [
    {
      "department": "marketing",
      "purposes": ["marketing"],
      "fields": ["customer.language", "order.lines"],
      "aggregateOnly": true,
      "k": 20
    }
  ]
}

"""#),
    ("erasure.acknowledged.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "erasure.acknowledged/1",
  "title": "Erasure acknowledged",
  "description": "One subscriber confirmed that it has erased the customer's data too.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "erasureEventId": {
      "x-label": "Erasure",
      "description": "The data.erased event that the subscriber followed.",
      "type": "string",
      "x-format": "eventId"
    },
    "subscriber": {
      "x-label": "Subscriber",
      "description": "Id of the subscriber.",
      "type": "string",
      "x-format": "id"
    },
    "dueAt": {
      "x-label": "Due by",
      "description": "When the subscriber had to be done.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["erasureEventId", "subscriber", "dueAt"],
  "additionalProperties": false,
  "examples": [
    {
      "erasureEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "subscriber": "mailer",
      "dueAt": "2026-03-08T09:00:00Z"
    }
  ]
}

"""#),
    ("erasure.requested.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "erasure.requested/1",
  "title": "Erasure requested",
  "description": "The erasure of the customer's data was approved and begins.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    },
    "purposes": {
      "x-label": "Purposes",
      "description": "Purposes whose data is to be erased; empty means all.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 64
    },
    "approvers": {
      "x-label": "Approved by",
      "description": "Ids of the people who approved it.",
      "type": "array",
      "items": {"type": "string", "x-format": "id"},
      "maxItems": 64
    }
  },
  "required": ["requestId", "purposes", "approvers"],
  "additionalProperties": false,
  "examples": [
    {"requestId": "DSR-2026-0006", "purposes": [], "approvers": ["officer-1", "officer-2"]}
  ]
}

"""#),
    ("exclusion.decided.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "exclusion.decided/1",
  "title": "Exclusion decided",
  "description": "The company ended or narrowed the relationship with the customer. She can see it, and the reason.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "reasonCode": {
      "x-label": "Reason",
      "description": "Main reason for the decision.",
      "type": "string",
      "enum": ["cost", "abuse", "fraud", "legal", "other"]
    },
    "reason": {
      "x-label": "Reason in words",
      "description": "The reason in words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "approver": {
      "x-label": "Approved by",
      "description": "Id of the person who approved it.",
      "type": "string",
      "x-format": "id"
    },
    "benefits": {
      "x-label": "Benefits ended",
      "description": "Benefits the customer no longer gets.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 64
    },
    "until": {
      "x-label": "Valid until",
      "description": "When the decision ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["reasonCode", "reason", "approver", "benefits"],
  "additionalProperties": false,
  "examples": [
    {
      "reasonCode": "abuse",
      "reason": "Free repairs were claimed for goods bought elsewhere.",
      "approver": "agent-17",
      "benefits": ["repair.free"],
      "until": "2027-03-01T00:00:00Z"
    }
  ]
}

"""#),
    ("experiment.assigned.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "experiment.assigned/1",
  "title": "Experiment arm assigned",
  "description": "The customer was assigned to an arm of an experiment, by a keyed hash of subject and seed.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "experimentId": {
      "x-label": "Experiment",
      "description": "Id of the experiment.",
      "type": "string",
      "x-format": "id"
    },
    "campaignId": {
      "x-label": "Campaign",
      "description": "Campaign that it measures.",
      "type": "string",
      "x-format": "id"
    },
    "arm": {
      "x-label": "Arm",
      "description": "Arm the customer belongs to; control means left alone.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["experimentId", "campaignId", "arm"],
  "additionalProperties": false,
  "examples": [
    {"experimentId": "x-spring-2026", "campaignId": "spring-2026", "arm": "control"}
  ]
}

"""#),
    ("experiment.concluded.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "experiment.concluded/1",
  "title": "Experiment concluded",
  "description": "An experiment was stopped. Its results come from replaying the ledger up to the position named.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "experimentId": {
      "x-label": "Experiment",
      "description": "Id of the experiment.",
      "type": "string",
      "x-format": "id"
    },
    "untilPosition": {
      "x-label": "Counts up to",
      "description": "Last position in the ledger that counts for the results.",
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    }
  },
  "required": ["experimentId", "untilPosition"],
  "additionalProperties": false,
  "examples": [
    {"experimentId": "x-spring-2026", "untilPosition": 123456}
  ]
}

"""#),
    ("experiment.exposed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "experiment.exposed/1",
  "title": "Experiment arm took effect",
  "description": "The arm of an experiment took effect on the customer.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "experimentId": {
      "x-label": "Experiment",
      "description": "Id of the experiment.",
      "type": "string",
      "x-format": "id"
    },
    "arm": {
      "x-label": "Arm",
      "description": "Arm that took effect.",
      "type": "string",
      "x-format": "id"
    },
    "sendEventId": {
      "x-label": "Message sent",
      "description": "The contact.sent event by which it took effect.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["experimentId", "arm"],
  "additionalProperties": false,
  "examples": [
    {"experimentId": "x-spring-2026", "arm": "treated", "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("experiment.started.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "experiment.started/1",
  "title": "Experiment started",
  "description": "An experiment began. Its seed and split are fixed, so that anybody can work out who belongs to which arm.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "experimentId": {
      "x-label": "Experiment",
      "description": "Id of the experiment.",
      "type": "string",
      "x-format": "id"
    },
    "campaignId": {
      "x-label": "Campaign",
      "description": "Campaign that it measures.",
      "type": "string",
      "x-format": "id"
    },
    "goalId": {
      "x-label": "Goal",
      "description": "Goal by which it is judged.",
      "type": "string",
      "x-format": "id"
    },
    "seed": {
      "x-label": "Seed",
      "description": "Seed of the keyed hash that assigns customers.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "arms": {
      "x-label": "Arms",
      "description": "Arms of the experiment and their shares; one is named control.",
      "type": "array",
      "items": {"$ref": "#/$defs/arm"},
      "minItems": 1,
      "maxItems": 64
    }
  },
  "required": ["experimentId", "campaignId", "goalId", "seed", "arms"],
  "additionalProperties": false,
  "examples": [
    {
      "experimentId": "x-spring-2026",
      "campaignId": "spring-2026",
      "goalId": "retention-2026",
      "seed": "2026-04-01/1",
      "arms": [
        {"arm": "control", "share": 0.1},
        {"arm": "treated", "share": 0.9}
      ]
    }
  ],
  "$defs": {
    "arm": {
      "description": "One arm of an experiment.",
      "type": "object",
      "properties": {
        "arm": {
          "description": "Name of the arm; one arm is named control.",
          "type": "string",
          "x-format": "id"
        },
        "share": {
          "description": "Part of the customers that this arm gets, as a fraction from 0 to 1.",
          "type": "number",
          "minimum": 0,
          "maximum": 1
        }
      },
      "required": ["arm", "share"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("feedback.given.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "feedback.given/1",
  "title": "Feedback given",
  "description": "The customer said how satisfied she is, how much effort it took, or whether she would recommend the company.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "instrument": {
      "x-label": "Question type",
      "description": "What kind of feedback it is.",
      "type": "string",
      "enum": ["satisfaction", "effort", "advocacy", "free"]
    },
    "score": {
      "x-label": "Score",
      "description": "The score the customer gave.",
      "type": "number"
    },
    "scaleMax": {
      "x-label": "Top of scale",
      "description": "Highest score of the scale.",
      "type": "number"
    },
    "occasionEventId": {
      "x-label": "Occasion",
      "description": "The event the feedback is about.",
      "type": "string",
      "x-format": "eventId"
    },
    "text": {
      "x-label": "Text",
      "description": "What the customer wrote or said.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["instrument"],
  "additionalProperties": false,
  "examples": [
    {
      "instrument": "satisfaction",
      "score": 4,
      "scaleMax": 5,
      "occasionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "text": "Quick and friendly."
    }
  ]
}

"""#),
    ("gift.sent.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "gift.sent/1",
  "title": "Gift sent",
  "description": "The company sent the customer a present. It counts as a contact of purpose marketing, topic general.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "giftId": {
      "x-label": "Gift",
      "description": "Number of the gift.",
      "type": "string",
      "x-format": "id"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel by which the gift went out.",
      "type": "string",
      "x-format": "channel"
    },
    "description": {
      "x-label": "Description",
      "description": "What the gift was.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "sender": {
      "x-label": "Sender",
      "description": "Who sent it, as the customer reads it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "costCode": {
      "x-label": "Cost code",
      "description": "Account the cost is booked to.",
      "type": "string",
      "x-format": "id"
    },
    "cost": {
      "x-label": "Cost",
      "description": "What the gift cost the company.",
      "$ref": "#/$defs/money"
    },
    "department": {
      "x-label": "Department",
      "description": "Department that sent it.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["giftId", "channel", "description", "sender", "costCode", "cost", "department"],
  "additionalProperties": false,
  "examples": [
    {
      "giftId": "G-2026-0012",
      "channel": "post",
      "description": "Box of tea",
      "sender": "Store Berlin 3",
      "costCode": "4610",
      "cost": {"amount": "9.50", "currency": "EUR"},
      "department": "service"
    }
  ],
  "$defs": {
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("goal.defined.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "goal.defined/1",
  "title": "Goal defined",
  "description": "The company fixed what is to get better, before anybody was exposed to anything.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "goalId": {
      "x-label": "Goal",
      "description": "Id of the goal.",
      "type": "string",
      "x-format": "id"
    },
    "goal": {
      "x-label": "Kind of goal",
      "description": "What is to get better.",
      "type": "string",
      "enum": ["sales", "retention", "crossSell", "advocacy"]
    },
    "metric": {
      "x-label": "Measure",
      "description": "Id of the measure by which it is judged.",
      "type": "string",
      "x-format": "id"
    },
    "target": {
      "x-label": "Target",
      "description": "Value of the measure that is aimed at, in the measure's own unit.",
      "type": "number"
    },
    "until": {
      "x-label": "Due by",
      "description": "When the goal is to be reached.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["goalId", "goal", "metric", "target", "until"],
  "additionalProperties": false,
  "examples": [
    {
      "goalId": "retention-2026",
      "goal": "retention",
      "metric": "renewal-rate",
      "target": 0.85,
      "until": "2026-12-31T23:00:00Z"
    }
  ]
}

"""#),
    ("guardian.consented.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "guardian.consented/1",
  "title": "Guardian consented",
  "description": "A guardian consented on behalf of a minor (GDPR Art. 8), within a stated scope.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "The one purpose it is about; never *, so that nothing is bundled.",
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the statement is about, with everything below it; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point the consent is about.",
      "type": "string",
      "x-format": "id",
      "not": {"const": "none"}
    },
    "guardian": {
      "x-label": "Guardian",
      "description": "Subject of the guardian, who is a customer of her own in the ledger.",
      "type": "string",
      "x-format": "subject"
    },
    "noticeEventId": {
      "x-label": "Notice shown",
      "description": "The notice.presented event that shows what the guardian read.",
      "type": "string",
      "x-format": "eventId"
    },
    "verification": {
      "x-label": "Check of guardian",
      "description": "How it was checked that this is the guardian.",
      "type": "string",
      "enum": ["idCheck", "payment", "signedForm", "call"]
    },
    "until": {
      "x-label": "Valid until",
      "description": "When the consent ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the consent; required if staff recorded it.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "guardian", "noticeEventId", "verification"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing.newsletter",
      "topic": "products.shoes",
      "channel": "email",
      "contactPoint": "cp1",
      "guardian": "c0ffee00-0000-4000-8000-000000000002",
      "noticeEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "verification": "signedForm",
      "until": "2028-01-01T00:00:00Z",
      "evidence": {
        "kind": "signedForm",
        "reference": "form 2026-0091",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("identifier.linked.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "identifier.linked/1",
  "title": "Identifier linked",
  "description": "A loyalty number, login, device or number of another system was tied to this customer. It says how sure the link is.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "idType": {
      "x-label": "Kind of identifier",
      "description": "What kind of identifier it is.",
      "type": "string",
      "enum": ["loyalty", "login", "device", "external"]
    },
    "value": {
      "x-label": "Identifier",
      "description": "The identifier itself.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "assurance": {
      "x-label": "Certainty",
      "description": "Whether the link was only claimed, checked, or guessed by software.",
      "type": "string",
      "enum": ["claimed", "verified", "inferred"]
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof that the identifier belongs to the customer.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["idType", "value", "assurance"],
  "additionalProperties": false,
  "examples": [
    {
      "idType": "loyalty",
      "value": "LC-000-EXAMPLE",
      "assurance": "verified",
      "evidence": {"kind": "idCheck", "reference": "store check 2026-0301-01"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("identifier.unlinked.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "identifier.unlinked/1",
  "title": "Identifier unlinked",
  "description": "An earlier link between an identifier and this customer was wrong or is no longer wanted. It takes back exactly that link.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "linkEventId": {
      "x-label": "Link taken back",
      "description": "The identifier.linked event that is taken back.",
      "type": "string",
      "x-format": "eventId"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why the link is taken back.",
      "type": "string",
      "enum": ["wrongPerson", "requested", "other"]
    }
  },
  "required": ["linkEventId", "reason"],
  "additionalProperties": false,
  "examples": [
    {"linkEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f", "reason": "wrongPerson"}
  ]
}

"""#),
    ("import.completed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "import.completed/1",
  "title": "Import completed",
  "description": "A batch of foreign data is in. It is recorded only if the batch added or refused something new.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "batchId": {
      "x-label": "Batch",
      "description": "Id of the import batch.",
      "type": "string",
      "x-format": "id"
    },
    "mapping": {
      "x-label": "Mapping",
      "description": "Id of the mapping in schemas/imports/ by which it was read.",
      "type": "string",
      "x-format": "id"
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the imported file.",
      "type": "string",
      "x-format": "hash"
    },
    "rowsRead": {
      "x-label": "Rows read",
      "description": "Number of rows that were read.",
      "type": "integer",
      "minimum": 0
    },
    "rowsApplied": {
      "x-label": "Rows applied",
      "description": "Number of rows that were applied.",
      "type": "integer",
      "minimum": 0
    },
    "rowsQuarantined": {
      "x-label": "Rows set aside",
      "description": "Number of rows that were not applied.",
      "type": "integer",
      "minimum": 0
    }
  },
  "required": ["batchId", "mapping", "contentHash", "rowsRead", "rowsApplied", "rowsQuarantined"],
  "additionalProperties": false,
  "examples": [
    {
      "batchId": "b1",
      "mapping": "example-orders",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "rowsRead": 1000,
      "rowsApplied": 997,
      "rowsQuarantined": 3
    }
  ]
}

"""#),
    ("import.quarantined.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "import.quarantined/1",
  "title": "Import row quarantined",
  "description": "A row of an import was not applied, for example because it would have loosened a permission.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "batchId": {
      "x-label": "Batch",
      "description": "Id of the import batch.",
      "type": "string",
      "x-format": "id"
    },
    "rowNumber": {
      "x-label": "Row",
      "description": "Number of the row in the file.",
      "type": "integer",
      "minimum": 0
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why it was not applied.",
      "type": "string",
      "enum": ["loosensPermission", "suppressed", "invalid"]
    },
    "decidingEventId": {
      "x-label": "Deciding event",
      "description": "The customer's no that the row would have undone.",
      "type": "string",
      "x-format": "eventId"
    },
    "rowHash": {
      "x-label": "Row digest",
      "description": "Keyed digest of the row.",
      "type": "string",
      "x-format": "hash"
    }
  },
  "required": ["batchId", "rowNumber", "reason", "rowHash"],
  "additionalProperties": false,
  "examples": [
    {
      "batchId": "b1",
      "rowNumber": 42,
      "reason": "loosensPermission",
      "decidingEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "rowHash": "hmac-sha256:da84be2a05afa6ec7224e2039d98e109b4f55263faac79301abf4342e903cfba"
    }
  ]
}

"""#),
    ("inference.made.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "inference.made/1",
  "title": "Inference made",
  "description": "A model or rule made a guess about the customer. It is never a basis for contact and the customer can strike it out.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "model": {
      "x-label": "Model",
      "description": "Model or rule that guessed.",
      "type": "string",
      "x-format": "id"
    },
    "modelVersion": {
      "x-label": "Model version",
      "description": "Version of that model or rule.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "inputEventIds": {
      "x-label": "Based on",
      "description": "Events the guess rests on.",
      "type": "array",
      "items": {"type": "string", "x-format": "eventId"},
      "maxItems": 1000
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the guess is about.",
      "type": "string",
      "x-format": "path"
    },
    "claim": {
      "x-label": "Guess",
      "description": "What is guessed.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "confidence": {
      "x-label": "Confidence",
      "description": "How sure the model is, from 0 to 1.",
      "type": "number",
      "minimum": 0,
      "maximum": 1
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the guess lapses.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["model", "modelVersion", "inputEventIds", "topic", "claim", "validUntil"],
  "additionalProperties": false,
  "examples": [
    {
      "model": "next-need",
      "modelVersion": "2026.1",
      "inputEventIds": ["8efdeb9f-798d-4dbd-9465-b25f54679f6f"],
      "topic": "products.shoes",
      "claim": "will need new shoes in autumn",
      "confidence": 0.62,
      "validUntil": "2026-12-01T00:00:00Z"
    }
  ]
}

"""#),
    ("inference.rejected.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "inference.rejected/1",
  "title": "Inference rejected",
  "description": "The customer struck out a guess about her. It must not be used again.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "inferenceEventId": {
      "x-label": "Guess",
      "description": "The inference.made event that was struck out.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["inferenceEventId"],
  "additionalProperties": false,
  "examples": [
    {"inferenceEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("inquiry.received.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "inquiry.received/1",
  "title": "Inquiry received",
  "description": "The customer wrote, called or came with a question. This opens a window in which a reply is allowed.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "inquiryId": {
      "x-label": "Inquiry",
      "description": "Number of the inquiry.",
      "type": "string",
      "x-format": "id"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel by which the customer came.",
      "type": "string",
      "x-format": "channel"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the inquiry is about.",
      "type": "string",
      "x-format": "path"
    },
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point the customer used.",
      "type": "string",
      "x-format": "id"
    },
    "text": {
      "x-label": "Text",
      "description": "What the customer wrote or said.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "The inquiry as it came in.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["inquiryId", "channel", "topic"],
  "additionalProperties": false,
  "examples": [
    {
      "inquiryId": "Q-2026-0200",
      "channel": "email",
      "topic": "products.shoes",
      "contactPointId": "cp1",
      "text": "Is the running shoe also made in size 47?",
      "evidence": {"kind": "email", "reference": "mail 2026-0200"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("interest.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "interest.stated/1",
  "title": "Interest stated",
  "description": "The customer said that she cares about a subject.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "What the customer cares about.",
      "type": "string",
      "x-format": "path"
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the interest ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["topic"],
  "additionalProperties": false,
  "examples": [
    {"topic": "products.bikes", "validUntil": "2027-03-01T00:00:00Z"}
  ]
}

"""#),
    ("item.reacted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "item.reacted/1",
  "title": "Item reacted to",
  "description": "The customer reacted to a product or topic: owns it, does not want it, wants more like it, or wants it.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "reaction": {
      "x-label": "Reaction",
      "description": "What the customer said about it.",
      "type": "string",
      "enum": ["own", "notInterested", "moreLikeThis", "want"]
    },
    "sku": {
      "x-label": "Product",
      "description": "Stock number of the product the reaction is about.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the reaction is about.",
      "type": "string",
      "x-format": "path"
    }
  },
  "required": ["reaction"],
  "additionalProperties": false,
  "anyOf": [{"required": ["sku"]}, {"required": ["topic"]}],
  "examples": [
    {"reaction": "notInterested", "sku": "SH-1042", "topic": "products.shoes"}
  ]
}

"""#),
    ("ledger.recovered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "ledger.recovered/1",
  "title": "Ledger recovered",
  "description": "The ledger was opened again after a fault. It says what was found and what was set aside.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "position": {
      "x-label": "Position",
      "description": "Position at which the ledger goes on.",
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "finding": {
      "x-label": "Finding",
      "description": "What was found when the ledger was opened.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "quarantined": {
      "x-label": "Set aside",
      "description": "Names of the files or segments that were set aside.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 200},
      "maxItems": 1000
    }
  },
  "required": ["position", "finding"],
  "additionalProperties": false,
  "examples": [
    {
      "position": 123457,
      "finding": "torn write at the end of the last segment",
      "quarantined": ["tail-000123457"]
    }
  ]
}

"""#),
    ("lifestage.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "lifestage.stated/1",
  "title": "Stage of life stated",
  "description": "The customer told us which stage of life she is in. It carries a date at which to ask again.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "stage": {
      "x-label": "Stage of life",
      "description": "The stage of life as the customer put it.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "since": {
      "x-label": "Since",
      "description": "Date since which it holds.",
      "x-personal": true,
      "type": "string",
      "x-format": "date"
    },
    "reviewBy": {
      "x-label": "Ask again by",
      "description": "Date by which to ask again.",
      "type": "string",
      "x-format": "date"
    }
  },
  "required": ["stage", "reviewBy"],
  "additionalProperties": false,
  "examples": [
    {"stage": "first own flat", "since": "2026-01-01", "reviewBy": "2027-01-01"}
  ]
}

"""#),
    ("lifestyle.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "lifestyle.stated/1",
  "title": "Lifestyle stated",
  "description": "The customer told us how she lives in some respect.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "Side of life it is about.",
      "type": "string",
      "x-format": "path"
    },
    "value": {
      "x-label": "Answer",
      "description": "What the customer said about it.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    }
  },
  "required": ["topic", "value"],
  "additionalProperties": false,
  "examples": [
    {"topic": "life.mobility", "value": "cycles to work"}
  ]
}

"""#),
    ("need.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "need.stated/1",
  "title": "Need stated",
  "description": "The customer told us what she needs.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "What the need is about.",
      "type": "string",
      "x-format": "path"
    },
    "text": {
      "x-label": "Need",
      "description": "The need in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the need ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["topic", "text"],
  "additionalProperties": false,
  "examples": [
    {
      "topic": "products.shoes",
      "text": "Shoes for a wet trail, before the summer.",
      "validUntil": "2026-06-01T00:00:00Z"
    }
  ]
}

"""#),
    ("notice.presented.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "notice.presented/1",
  "title": "Notice presented",
  "description": "Exactly this notice was shown to the customer. Every consent names the notice it rests on.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "noticeId": {
      "x-label": "Notice",
      "description": "Id of the notice.",
      "type": "string",
      "x-format": "id"
    },
    "noticeVersion": {
      "x-label": "Notice version",
      "description": "Version of the notice that was shown.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "language": {
      "x-label": "Language",
      "description": "Language in which it was shown, as a BCP 47 tag.",
      "type": "string",
      "x-format": "language"
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the text that was shown.",
      "type": "string",
      "x-format": "hash"
    },
    "surface": {
      "x-label": "Where shown",
      "description": "Where it was shown, for example web.preferences.",
      "type": "string",
      "x-format": "path"
    },
    "purposes": {
      "x-label": "Purposes",
      "description": "Purposes the notice explains.",
      "type": "array",
      "items": {"type": "string", "x-format": "path"},
      "maxItems": 64
    }
  },
  "required": ["noticeId", "noticeVersion", "language", "contentHash", "surface", "purposes"],
  "additionalProperties": false,
  "examples": [
    {
      "noticeId": "newsletter",
      "noticeVersion": "v3",
      "language": "en-GB",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "surface": "web.preferences",
      "purposes": ["marketing.newsletter"]
    }
  ]
}

"""#),
    ("objection.raised.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "objection.raised/1",
  "title": "Objection raised",
  "description": "The customer objected to a use of her data (GDPR Art. 21). It forbids that purpose on every channel.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the statement is about, with everything below it; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "route": {
      "x-label": "Route",
      "description": "The way by which the statement reached the company.",
      "type": "string",
      "enum": [
        "oneClick",
        "keyword",
        "spoken",
        "portal",
        "staff",
        "letter",
        "spamComplaint",
        "checkout",
        "import",
        "api"
      ]
    },
    "words": {
      "x-label": "Own words",
      "description": "What the customer said or wrote, word for word.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the objection.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "route"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing",
      "route": "letter",
      "words": "I object to any use of my data for advertising.",
      "evidence": {
        "kind": "scan",
        "reference": "scan 2026-0301-0007",
        "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
      }
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("optout.recorded.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "optout.recorded/1",
  "title": "Opt-out recorded",
  "description": "The customer opted out by one click, keyword, spoken word or form. It forbids everything within its scope.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose the statement is about, with everything below it; * means every purpose.",
      "type": "string",
      "x-format": "scope"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the statement is about, with everything below it; * means every topic.",
      "type": "string",
      "x-format": "scope"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel the statement is about, with everything below it; * means every channel.",
      "type": "string",
      "x-format": "channelScope"
    },
    "contactPoint": {
      "x-label": "Contact point",
      "description": "Id of the contact point it is about; * means all of them.",
      "type": "string",
      "x-format": "pointScope",
      "not": {"const": "none"}
    },
    "route": {
      "x-label": "Route",
      "description": "The way by which the statement reached the company.",
      "type": "string",
      "enum": [
        "oneClick",
        "keyword",
        "spoken",
        "portal",
        "staff",
        "letter",
        "spamComplaint",
        "checkout",
        "import",
        "api"
      ]
    },
    "sendEventId": {
      "x-label": "Message answered",
      "description": "The contact.sent event that the opt-out answers.",
      "type": "string",
      "x-format": "eventId"
    },
    "words": {
      "x-label": "Own words",
      "description": "What the customer said or wrote, word for word.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the opt-out.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["purpose", "topic", "channel", "contactPoint", "route"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "marketing",
      "topic": "*",
      "channel": "sms",
      "contactPoint": "cp2",
      "route": "keyword",
      "sendEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "words": "STOP",
      "evidence": {"kind": "other", "reference": "carrier log 2026-0301-77"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("order.cancelled.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "order.cancelled/1",
  "title": "Order cancelled",
  "description": "An order, or some lines of one, was taken back. The order may be older than the ledger.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "cancellationId": {
      "x-label": "Cancellation",
      "description": "Number of the cancellation.",
      "type": "string",
      "x-format": "id"
    },
    "orderId": {
      "x-label": "Order",
      "description": "Number of the order that was taken back, if known.",
      "type": "string",
      "x-format": "id"
    },
    "lines": {
      "x-label": "Cancelled lines",
      "description": "The lines that were taken back, if known.",
      "type": "array",
      "items": {"$ref": "#/$defs/line"},
      "minItems": 1,
      "maxItems": 1000
    },
    "total": {
      "x-label": "Amount cancelled",
      "description": "Sum that was taken back, positive.",
      "$ref": "#/$defs/money"
    },
    "cancelledBy": {
      "x-label": "Cancelled by",
      "description": "Whether the customer or the company cancelled.",
      "type": "string",
      "enum": ["customer", "company"]
    },
    "reasonCode": {
      "x-label": "Reason",
      "description": "Main reason for the cancellation.",
      "type": "string",
      "enum": ["defect", "late", "notAsDescribed", "unwanted", "other"]
    },
    "reason": {
      "x-label": "Reason in words",
      "description": "The reason in words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["cancellationId"],
  "additionalProperties": false,
  "examples": [
    {
      "cancellationId": "C-2026-0009",
      "orderId": "O-2026-1001",
      "lines": [
        {
          "sku": "SH-1042",
          "topic": "products.shoes",
          "label": "Running shoes",
          "quantity": 1,
          "unitPrice": {"amount": "89.90", "currency": "EUR"},
          "lineTotal": {"amount": "89.90", "currency": "EUR"},
          "margin": {"amount": "31.20", "currency": "EUR"}
        }
      ],
      "total": {"amount": "89.90", "currency": "EUR"},
      "cancelledBy": "customer",
      "reasonCode": "late",
      "reason": "It would have come after the holiday."
    }
  ],
  "$defs": {
    "line": {
      "description": "One line of a sale: a product, how many and for how much.",
      "type": "object",
      "properties": {
        "sku": {
          "description": "Stock number of the product; absent where only a count and a sum are known.",
          "type": "string",
          "x-format": "id"
        },
        "topic": {
          "description": "Topic the product belongs to, for example products.shoes.",
          "type": "string",
          "x-format": "path"
        },
        "label": {
          "description": "Name of the product as the receipt shows it.",
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "quantity": {
          "description": "Number of pieces; negative where the line takes goods back.",
          "type": "integer"
        },
        "unitPrice": {
          "description": "Price of one piece as charged.",
          "$ref": "#/$defs/money"
        },
        "lineTotal": {
          "description": "Sum charged for the whole line.",
          "$ref": "#/$defs/money"
        },
        "margin": {
          "description": "What the company earned on the whole line.",
          "$ref": "#/$defs/money"
        }
      },
      "required": ["quantity"],
      "additionalProperties": false
    },
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("order.completed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "order.completed/1",
  "title": "Order completed",
  "description": "The customer bought something and the sale is done.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "orderId": {
      "x-label": "Order",
      "description": "Number of the order or receipt.",
      "type": "string",
      "x-format": "id"
    },
    "lines": {
      "x-label": "Order lines",
      "description": "What was bought, one entry a line; a sale known only by its sum has one line without a product.",
      "type": "array",
      "items": {"$ref": "#/$defs/line"},
      "minItems": 1,
      "maxItems": 1000
    },
    "total": {
      "x-label": "Total",
      "description": "What the customer paid for the whole order.",
      "$ref": "#/$defs/money"
    },
    "storeId": {
      "x-label": "Store",
      "description": "Store in which the sale was made.",
      "type": "string",
      "x-format": "id"
    },
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point the customer gave in the sale.",
      "type": "string",
      "x-format": "id"
    },
    "softOptIn": {
      "x-label": "Chance to refuse",
      "description": "Whether the sale offered a chance to refuse advertising, and what the customer did.",
      "$ref": "#/$defs/softOptIn"
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the sale or of the chance to refuse.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["orderId", "lines", "total"],
  "additionalProperties": false,
  "examples": [
    {
      "orderId": "O-2026-1001",
      "lines": [
        {
          "sku": "SH-1042",
          "topic": "products.shoes",
          "label": "Running shoes",
          "quantity": 1,
          "unitPrice": {"amount": "89.90", "currency": "EUR"},
          "lineTotal": {"amount": "89.90", "currency": "EUR"},
          "margin": {"amount": "31.20", "currency": "EUR"}
        },
        {
          "topic": "products.socks",
          "quantity": 2,
          "lineTotal": {"amount": "12.00", "currency": "EUR"}
        }
      ],
      "total": {"amount": "101.90", "currency": "EUR"},
      "storeId": "berlin-3",
      "contactPointId": "cp1",
      "softOptIn": {"offered": true, "refused": false},
      "evidence": {"kind": "orderRecord", "reference": "receipt 2026-1001"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    },
    "line": {
      "description": "One line of a sale: a product, how many and for how much.",
      "type": "object",
      "properties": {
        "sku": {
          "description": "Stock number of the product; absent where only a count and a sum are known.",
          "type": "string",
          "x-format": "id"
        },
        "topic": {
          "description": "Topic the product belongs to, for example products.shoes.",
          "type": "string",
          "x-format": "path"
        },
        "label": {
          "description": "Name of the product as the receipt shows it.",
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "quantity": {
          "description": "Number of pieces; negative where the line takes goods back.",
          "type": "integer"
        },
        "unitPrice": {
          "description": "Price of one piece as charged.",
          "$ref": "#/$defs/money"
        },
        "lineTotal": {
          "description": "Sum charged for the whole line.",
          "$ref": "#/$defs/money"
        },
        "margin": {
          "description": "What the company earned on the whole line.",
          "$ref": "#/$defs/money"
        }
      },
      "required": ["quantity"],
      "additionalProperties": false
    },
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    },
    "softOptIn": {
      "description": "The chance to refuse advertising that was given in the sale.",
      "type": "object",
      "properties": {
        "offered": {
          "description": "True if the customer was clearly offered the chance to refuse.",
          "type": "boolean"
        },
        "refused": {
          "description": "True if the customer refused; this then counts as a no to marketing on that contact point.",
          "type": "boolean"
        }
      },
      "required": ["offered", "refused"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("order.refunded.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "order.refunded/1",
  "title": "Order refunded",
  "description": "Money for a purchase went back to the customer.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "refundId": {
      "x-label": "Refund",
      "description": "Number of the refund.",
      "type": "string",
      "x-format": "id"
    },
    "orderId": {
      "x-label": "Order",
      "description": "Number of the order the money was paid for, if known.",
      "type": "string",
      "x-format": "id"
    },
    "lines": {
      "x-label": "Refunded lines",
      "description": "What the money went back for.",
      "type": "array",
      "items": {"$ref": "#/$defs/line"},
      "minItems": 1,
      "maxItems": 1000
    },
    "amount": {
      "x-label": "Amount returned",
      "description": "Sum that went back to the customer, positive.",
      "$ref": "#/$defs/money"
    },
    "reasonCode": {
      "x-label": "Reason",
      "description": "Main reason for the refund.",
      "type": "string",
      "enum": ["defect", "late", "notAsDescribed", "unwanted", "other"]
    },
    "reason": {
      "x-label": "Reason in words",
      "description": "The reason in words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["refundId", "amount"],
  "additionalProperties": false,
  "examples": [
    {
      "refundId": "R-2026-0031",
      "orderId": "O-2026-1001",
      "lines": [
        {
          "sku": "SH-1042",
          "topic": "products.shoes",
          "label": "Running shoes",
          "quantity": 1,
          "unitPrice": {"amount": "89.90", "currency": "EUR"},
          "lineTotal": {"amount": "89.90", "currency": "EUR"},
          "margin": {"amount": "31.20", "currency": "EUR"}
        }
      ],
      "amount": {"amount": "89.90", "currency": "EUR"},
      "reasonCode": "defect",
      "reason": "The left sole came off after two weeks."
    }
  ],
  "$defs": {
    "line": {
      "description": "One line of a sale: a product, how many and for how much.",
      "type": "object",
      "properties": {
        "sku": {
          "description": "Stock number of the product; absent where only a count and a sum are known.",
          "type": "string",
          "x-format": "id"
        },
        "topic": {
          "description": "Topic the product belongs to, for example products.shoes.",
          "type": "string",
          "x-format": "path"
        },
        "label": {
          "description": "Name of the product as the receipt shows it.",
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "quantity": {
          "description": "Number of pieces; negative where the line takes goods back.",
          "type": "integer"
        },
        "unitPrice": {
          "description": "Price of one piece as charged.",
          "$ref": "#/$defs/money"
        },
        "lineTotal": {
          "description": "Sum charged for the whole line.",
          "$ref": "#/$defs/money"
        },
        "margin": {
          "description": "What the company earned on the whole line.",
          "$ref": "#/$defs/money"
        }
      },
      "required": ["quantity"],
      "additionalProperties": false
    },
    "money": {
      "description": "An exact sum in one currency.",
      "type": "object",
      "properties": {
        "amount": {
          "description": "Sum in units of the currency, as an exact decimal string such as 19.90.",
          "type": "string",
          "x-format": "decimal"
        },
        "currency": {
          "description": "Currency as an ISO 4217 code, for example EUR.",
          "type": "string",
          "x-format": "currency"
        }
      },
      "required": ["amount", "currency"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("policy.published.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "policy.published/1",
  "$comment": "The member policy is open on purpose: its members are checked by the reader of each part, not by this schema.",
  "title": "Policy published",
  "description": "A permission policy or a sharing plan is in force from now on.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "policyVersion": {
      "x-label": "Policy version",
      "description": "Version of the policy.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "part": {
      "x-label": "Part",
      "description": "Whether it is the permission policy or the sharing plan.",
      "type": "string",
      "enum": ["permission", "sharingPlan"]
    },
    "policy": {
      "x-label": "Policy",
      "description": "The policy itself, as one object whose members depend on the part.",
      "type": "object"
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the policy file.",
      "type": "string",
      "x-format": "hash"
    }
  },
  "required": ["policyVersion", "part", "policy", "contentHash"],
  "additionalProperties": false,
  "examples": [
    {
      "policyVersion": "1",
      "part": "permission",
      "policy": {
        "stopScope": {"purpose": "marketing", "topic": "*"}
      },
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    }
  ]
}

"""#),
    ("preference.applied.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "preference.applied/1",
  "title": "Preference applied",
  "description": "A stated wish of the customer was honoured. This is the proof of it.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "preferenceEventId": {
      "x-label": "Wish",
      "description": "The preference.stated event that was honoured.",
      "type": "string",
      "x-format": "eventId"
    },
    "context": {
      "x-label": "Occasion",
      "description": "In what the wish was honoured.",
      "type": "string",
      "enum": ["booking", "order", "visit", "contact"]
    },
    "reference": {
      "x-label": "Reference",
      "description": "Number of that booking, order, visit or contact.",
      "type": "string",
      "x-format": "id"
    },
    "department": {
      "x-label": "Department",
      "description": "Department that honoured it.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["preferenceEventId", "context", "reference", "department"],
  "additionalProperties": false,
  "examples": [
    {
      "preferenceEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "context": "booking",
      "reference": "B-2026-0107",
      "department": "service"
    }
  ]
}

"""#),
    ("preference.retracted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "preference.retracted/1",
  "title": "Preference retracted",
  "description": "The customer no longer has a wish that she once stated.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "preferenceEventId": {
      "x-label": "Wish",
      "description": "The preference.stated event that no longer holds.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["preferenceEventId"],
  "additionalProperties": false,
  "examples": [
    {"preferenceEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("preference.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "preference.stated/1",
  "title": "Preference stated",
  "description": "The customer stated a wish of her own. Nothing observed or guessed is stronger.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "What the wish is about.",
      "type": "string",
      "x-format": "path"
    },
    "value": {
      "x-label": "Wish",
      "description": "What the customer wishes.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "standing": {
      "x-label": "Every time",
      "description": "True if the wish applies every time, false if only once.",
      "type": "boolean"
    },
    "strength": {
      "x-label": "Strength",
      "description": "How much it matters to the customer.",
      "type": "string",
      "enum": ["must", "prefer", "nice"]
    },
    "validUntil": {
      "x-label": "Valid until",
      "description": "When the wish ends; absent if it does not.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["topic", "value", "standing", "strength"],
  "additionalProperties": false,
  "examples": [
    {
      "topic": "travel.hotel",
      "value": "quiet room away from the lift",
      "standing": true,
      "strength": "prefer",
      "validUntil": "2028-01-01T00:00:00Z"
    }
  ]
}

"""#),
    ("product.viewed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "product.viewed/1",
  "title": "Product viewed",
  "description": "The customer looked at a product: an interest that was observed, not stated. Observing it needs a legal basis of its own.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "sku": {
      "x-label": "Product",
      "description": "Stock number of the product that was looked at.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "Topic the product belongs to.",
      "type": "string",
      "x-format": "path"
    },
    "surface": {
      "x-label": "Where seen",
      "description": "Where the product was looked at.",
      "type": "string",
      "enum": ["web", "app", "store", "catalogue"]
    },
    "purpose": {
      "x-label": "Purpose",
      "description": "Purpose under which the view may be recorded.",
      "type": "string",
      "x-format": "path"
    }
  },
  "required": ["sku", "topic", "surface", "purpose"],
  "additionalProperties": false,
  "examples": [
    {"sku": "SH-1042", "topic": "products.shoes", "surface": "web", "purpose": "analysis"}
  ]
}

"""#),
    ("profile.attribute.rectified.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "profile.attribute.rectified/1",
  "title": "Profile attribute rectified",
  "description": "A stored attribute of the customer was wrong and got its right value (GDPR Art. 16).",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "path": {
      "x-label": "Attribute",
      "description": "Which attribute was wrong.",
      "type": "string",
      "x-format": "path",
      "enum": ["name", "birthDate", "country", "language"]
    },
    "newValue": {
      "x-label": "New value",
      "description": "The right value, written as the attribute itself is written.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of the right value.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["path", "newValue"],
  "additionalProperties": false,
  "examples": [
    {
      "path": "birthDate",
      "newValue": "1980-01-02",
      "evidence": {"kind": "idCheck", "reference": "service check 2026-0301-03"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("profile.merged.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "profile.merged/1",
  "title": "Profiles merged",
  "description": "Two subjects turned out to be the same customer. It is a link between them; nothing is copied and it can be taken back.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "canonical": {
      "x-label": "Kept customer",
      "description": "Subject under which both are read from now on; the same as the subject of the event.",
      "type": "string",
      "x-format": "subject"
    },
    "absorbed": {
      "x-label": "Absorbed customer",
      "description": "Subject that is read as part of the kept one.",
      "type": "string",
      "x-format": "subject"
    },
    "assurance": {
      "x-label": "Certainty",
      "description": "Whether the identity was checked or is only probable.",
      "type": "string",
      "enum": ["verified", "probable"]
    },
    "confidence": {
      "x-label": "Confidence",
      "description": "Estimated probability that both are the same, from 0 to 1.",
      "type": "number",
      "minimum": 0,
      "maximum": 1
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof that both are the same customer; required if the identity was checked.",
      "$ref": "#/$defs/evidence"
    },
    "reviewer": {
      "x-label": "Reviewer",
      "description": "Id of the person who checked the merge.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["canonical", "absorbed", "assurance"],
  "additionalProperties": false,
  "anyOf": [
    {"required": ["evidence"]},
    {
      "properties": {
        "assurance": {"description": "Without evidence a merge is only probable.", "const": "probable"}
      }
    }
  ],
  "examples": [
    {
      "canonical": "c0ffee00-0000-4000-8000-000000000001",
      "absorbed": "c0ffee00-0000-4000-8000-000000000002",
      "assurance": "verified",
      "confidence": 0.98,
      "evidence": {"kind": "idCheck", "reference": "store check 2026-0301-02"},
      "reviewer": "agent-17"
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("profile.unmerged.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "profile.unmerged/1",
  "title": "Profiles unmerged",
  "description": "One earlier merge was wrong or is no longer wanted. Exactly that merge is taken back.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "mergeEventId": {
      "x-label": "Merge taken back",
      "description": "The profile.merged event that is taken back.",
      "type": "string",
      "x-format": "eventId"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why the merge is taken back.",
      "type": "string",
      "enum": ["wrongPerson", "requested", "other"]
    }
  },
  "required": ["mergeEventId", "reason"],
  "additionalProperties": false,
  "examples": [
    {"mergeEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f", "reason": "wrongPerson"}
  ]
}

"""#),
    ("projection.rebuilt.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "projection.rebuilt/1",
  "title": "Projection rebuilt",
  "description": "A read model was built again from the ledger.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "projection": {
      "x-label": "Projection",
      "description": "Id of the projection.",
      "type": "string",
      "x-format": "id"
    },
    "projectorVersion": {
      "x-label": "Projector version",
      "description": "Version of the projector that built it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "position": {
      "x-label": "Position",
      "description": "Position in the ledger up to which it was built.",
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    },
    "digestBefore": {
      "x-label": "Digest before",
      "description": "Digest of the read model before; absent if there was none.",
      "type": "string",
      "x-format": "hash"
    },
    "digestAfter": {
      "x-label": "Digest after",
      "description": "Digest of the read model after.",
      "type": "string",
      "x-format": "hash"
    },
    "rows": {
      "x-label": "Rows",
      "description": "Number of rows it holds now.",
      "type": "integer",
      "minimum": 0
    },
    "duration": {
      "x-label": "Duration",
      "description": "How long the rebuild took.",
      "type": "string",
      "x-format": "duration"
    }
  },
  "required": ["projection", "projectorVersion", "position", "digestAfter", "rows", "duration"],
  "additionalProperties": false,
  "examples": [
    {
      "projection": "customer.cue",
      "projectorVersion": "2",
      "position": 123456,
      "digestBefore": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "digestAfter": "sha256:60303ae22b998861bce3b28f33eec1be758a213c86c93c076dbe9f558c11c752",
      "rows": 4200,
      "duration": "PT9S"
    }
  ]
}

"""#),
    ("projection.subscribed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "projection.subscribed/1",
  "title": "Projection subscribed",
  "description": "A department or a webhook began to follow a projection.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "projection": {
      "x-label": "Projection",
      "description": "Id of the projection.",
      "type": "string",
      "x-format": "id"
    },
    "subscriber": {
      "x-label": "Subscriber",
      "description": "Id of the department or webhook that follows it.",
      "type": "string",
      "x-format": "id"
    },
    "fromPosition": {
      "x-label": "From position",
      "description": "Position in the ledger from which it follows.",
      "type": "integer",
      "minimum": 0,
      "maximum": 9007199254740991
    }
  },
  "required": ["projection", "subscriber", "fromPosition"],
  "additionalProperties": false,
  "examples": [
    {"projection": "marketing.cell", "subscriber": "mailer", "fromPosition": 0}
  ]
}

"""#),
    ("purpose.registered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "purpose.registered/1",
  "title": "Purpose registered",
  "description": "The company registered a purpose and the class of its messages. Only registered purposes can be used.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Path of the purpose.",
      "type": "string",
      "x-format": "path"
    },
    "label": {
      "x-label": "Label",
      "description": "Name of the purpose as people read it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "class": {
      "x-label": "Message class",
      "description": "Class of the messages sent for it.",
      "type": "string",
      "enum": ["mandatory", "transactional", "relationship", "marketing", "sharing", "internal"]
    },
    "profiling": {
      "x-label": "Profiling",
      "description": "True if the purpose involves profiling.",
      "type": "boolean"
    },
    "lawfulBasis": {
      "x-label": "Lawful basis",
      "description": "Legal basis of the purpose, for example gdpr.6-1-f.",
      "type": "string",
      "x-format": "path"
    },
    "occasions": {
      "x-label": "Occasions",
      "description": "Event types that give occasion for a message; without such an event none may be sent.",
      "type": "array",
      "items": {"type": "string", "minLength": 1, "maxLength": 128},
      "maxItems": 64
    },
    "occasionWindow": {
      "x-label": "Occasion counts for",
      "description": "How long an occasion allows messages.",
      "type": "string",
      "x-format": "duration"
    },
    "occasionMax": {
      "x-label": "Messages per occasion",
      "description": "Largest number of messages for one occasion.",
      "type": "integer",
      "minimum": 1
    }
  },
  "required": ["purpose", "label", "class", "profiling", "lawfulBasis"],
  "additionalProperties": false,
  "examples": [
    {
      "purpose": "service.consentConfirmation",
      "label": "Confirmation of a consent",
      "class": "transactional",
      "profiling": false,
      "lawfulBasis": "gdpr.6-1-f",
      "occasions": ["consent.requested"],
      "occasionWindow": "P2D",
      "occasionMax": 1
    }
  ]
}

"""#),
    ("purpose.retired.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "purpose.retired/1",
  "title": "Purpose retired",
  "description": "A purpose is no longer used. Nothing may be done for it any more.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "purpose": {
      "x-label": "Purpose",
      "description": "Path of the purpose that is no longer used.",
      "type": "string",
      "x-format": "path"
    }
  },
  "required": ["purpose"],
  "additionalProperties": false,
  "examples": [
    {"purpose": "marketing.newsletter"}
  ]
}

"""#),
    ("question.answered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "question.answered/1",
  "title": "Question answered",
  "description": "The customer answered a question that the company had asked.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "questionEventId": {
      "x-label": "Question",
      "description": "The question.asked event that is answered.",
      "type": "string",
      "x-format": "eventId"
    },
    "answer": {
      "x-label": "Answer",
      "description": "The answer in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "reviewBy": {
      "x-label": "Ask again by",
      "description": "Date by which to ask again.",
      "type": "string",
      "x-format": "date"
    }
  },
  "required": ["questionEventId", "answer"],
  "additionalProperties": false,
  "examples": [
    {
      "questionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "answer": "Mostly forest trails.",
      "reviewBy": "2027-03-01"
    }
  ]
}

"""#),
    ("question.asked.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "question.asked/1",
  "title": "Question asked",
  "description": "The company asked the customer a question from its question bank. What is not normal may be asked only with consent.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "questionId": {
      "x-label": "Question",
      "description": "Id of the question in the question bank.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the question is about.",
      "type": "string",
      "x-format": "path"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel by which it was asked.",
      "type": "string",
      "x-format": "channel"
    },
    "sensitivity": {
      "x-label": "Sensitivity",
      "description": "How sensitive the question is.",
      "type": "string",
      "enum": ["normal", "sensitive", "special"]
    },
    "consentEventId": {
      "x-label": "Consent",
      "description": "The consent event that allows the question; required unless the question is normal.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["questionId", "topic", "channel", "sensitivity"],
  "additionalProperties": false,
  "anyOf": [
    {"required": ["consentEventId"]},
    {
      "properties": {
        "sensitivity": {
          "description": "Without consent only a normal question may be asked.",
          "const": "normal"
        }
      }
    }
  ],
  "examples": [
    {
      "questionId": "shoes-terrain",
      "topic": "products.shoes",
      "channel": "email",
      "sensitivity": "sensitive",
      "consentEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"
    }
  ]
}

"""#),
    ("question.declined.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "question.declined/1",
  "title": "Question declined",
  "description": "The customer would rather not answer a question.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "questionEventId": {
      "x-label": "Question",
      "description": "The question.asked event that was declined.",
      "type": "string",
      "x-format": "eventId"
    },
    "askAgainAt": {
      "x-label": "Ask again from",
      "description": "When it may be asked again; absent means never.",
      "type": "string",
      "x-format": "instant"
    }
  },
  "required": ["questionEventId"],
  "additionalProperties": false,
  "examples": [
    {"questionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f", "askAgainAt": "2027-03-01T00:00:00Z"}
  ]
}

"""#),
    ("reason.given.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "reason.given/1",
  "title": "Reason given",
  "description": "The customer told us why she chooses the company, stays with it or leaves it.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "stance": {
      "x-label": "Stance",
      "description": "What the reason is for: choosing, staying or leaving.",
      "type": "string",
      "enum": ["choose", "stay", "leave"]
    },
    "factor": {
      "x-label": "Factor",
      "description": "What decided it.",
      "type": "string",
      "enum": ["location", "need", "categoryInterest", "switchingCost", "price", "service", "other"]
    },
    "topic": {
      "x-label": "Topic",
      "description": "What it is about, if narrower than the company as a whole.",
      "type": "string",
      "x-format": "path"
    },
    "text": {
      "x-label": "Text",
      "description": "The reason in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["stance", "factor"],
  "additionalProperties": false,
  "examples": [
    {
      "stance": "stay",
      "factor": "service",
      "topic": "products.shoes",
      "text": "Somebody always picks up the phone."
    }
  ]
}

"""#),
    ("registry.cleared.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "registry.cleared/1",
  "title": "Registry entry gone",
  "description": "A number of the customer is no longer on a statutory do-not-contact list.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "list": {
      "x-label": "List",
      "description": "Id of the list, for example us-dnc.",
      "type": "string",
      "x-format": "id"
    },
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point whose number it is.",
      "type": "string",
      "x-format": "id"
    },
    "snapshotEventId": {
      "x-label": "Snapshot",
      "description": "The registry.snapshot.loaded event in which the number was no longer found.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["list", "contactPointId", "snapshotEventId"],
  "additionalProperties": false,
  "examples": [
    {"list": "us-dnc", "contactPointId": "cp2", "snapshotEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("registry.matched.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "registry.matched/1",
  "title": "Registry entry found",
  "description": "A number of the customer came on to a statutory do-not-contact list. It is not repeated for later snapshots.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "list": {
      "x-label": "List",
      "description": "Id of the list, for example us-dnc.",
      "type": "string",
      "x-format": "id"
    },
    "contactPointId": {
      "x-label": "Contact point",
      "description": "Id of the contact point whose number it is.",
      "type": "string",
      "x-format": "id"
    },
    "snapshotEventId": {
      "x-label": "Snapshot",
      "description": "The registry.snapshot.loaded event in which the number was first found.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["list", "contactPointId", "snapshotEventId"],
  "additionalProperties": false,
  "examples": [
    {"list": "us-dnc", "contactPointId": "cp2", "snapshotEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("registry.snapshot.loaded.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "registry.snapshot.loaded/1",
  "title": "Registry snapshot loaded",
  "description": "A new state of a statutory do-not-contact list arrived and is in use.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "list": {
      "x-label": "List",
      "description": "Id of the list, for example us-dnc.",
      "type": "string",
      "x-format": "id"
    },
    "asOf": {
      "x-label": "State of",
      "description": "Instant whose state the snapshot shows.",
      "type": "string",
      "x-format": "instant"
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the snapshot.",
      "type": "string",
      "x-format": "hash"
    },
    "rows": {
      "x-label": "Entries",
      "description": "Number of entries in the snapshot.",
      "type": "integer",
      "minimum": 0
    }
  },
  "required": ["list", "asOf", "contentHash", "rows"],
  "additionalProperties": false,
  "examples": [
    {
      "list": "us-dnc",
      "asOf": "2026-03-01T00:00:00Z",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
      "rows": 250000
    }
  ]
}

"""#),
    ("relationship.accepted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "relationship.accepted/1",
  "title": "Relationship accepted",
  "description": "The customer said yes to an invitation. It is not a consent to contact.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "invitationEventId": {
      "x-label": "Invitation",
      "description": "The relationship.invited event that was accepted.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["invitationEventId"],
  "additionalProperties": false,
  "examples": [
    {"invitationEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("relationship.declared.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "relationship.declared/1",
  "title": "Relationship declared",
  "description": "The customer or staff said what kind of relationship this is.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "relationshipType": {
      "x-label": "Kind of relationship",
      "description": "The kind of relationship; an open list that starts with partner, closeFriend, acquaintance, fling, arranged, captive and secret.",
      "x-personal": true,
      "type": "string",
      "x-format": "path"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the relationship is about; * means everything.",
      "type": "string",
      "x-format": "scope"
    },
    "declaredBy": {
      "x-label": "Declared by",
      "description": "Who said so.",
      "type": "string",
      "enum": ["customer", "staff"]
    },
    "evidence": {
      "x-label": "Evidence",
      "description": "Proof of what was said.",
      "$ref": "#/$defs/evidence"
    }
  },
  "required": ["relationshipType", "topic", "declaredBy"],
  "additionalProperties": false,
  "examples": [
    {
      "relationshipType": "closeFriend",
      "topic": "products.shoes",
      "declaredBy": "customer",
      "evidence": {"kind": "chat", "reference": "chat 2026-0301-11"}
    }
  ],
  "$defs": {
    "evidence": {
      "description": "Proof, kept elsewhere, of what the event states.",
      "type": "object",
      "properties": {
        "kind": {
          "description": "What kind of proof it is.",
          "type": "string",
          "enum": ["callRecording", "scan", "signedForm", "chat", "email", "idCheck", "orderRecord", "other"]
        },
        "reference": {
          "description": "Where the proof is kept: a file, ticket or recording number.",
          "x-personal": true,
          "type": "string",
          "minLength": 1,
          "maxLength": 200
        },
        "contentHash": {
          "description": "Digest of the proof, so that a later change of it shows.",
          "type": "string",
          "x-format": "hash"
        }
      },
      "required": ["kind", "reference"],
      "additionalProperties": false
    }
  }
}

"""#),
    ("relationship.declined.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "relationship.declined/1",
  "title": "Relationship declined",
  "description": "The customer said no to an invitation. A pause follows before the company may ask again.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "invitationEventId": {
      "x-label": "Invitation",
      "description": "The relationship.invited event that was declined.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["invitationEventId"],
  "additionalProperties": false,
  "examples": [
    {"invitationEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("relationship.invited.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "relationship.invited/1",
  "title": "Relationship invited",
  "description": "The company asked the customer for a relationship and said what is in it for her.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "What the relationship is to be about.",
      "type": "string",
      "x-format": "path"
    },
    "channel": {
      "x-label": "Channel",
      "description": "Channel by which the company asked.",
      "type": "string",
      "x-format": "channel"
    },
    "offer": {
      "x-label": "Offer",
      "description": "What the company promised in return, as the customer read it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    },
    "noticeEventId": {
      "x-label": "Notice shown",
      "description": "The notice.presented event that shows what the customer read.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["topic", "channel", "offer", "noticeEventId"],
  "additionalProperties": false,
  "examples": [
    {
      "topic": "products.shoes",
      "channel": "inperson",
      "offer": "A repair reminder and early sizes, at most once a month.",
      "noticeEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"
    }
  ]
}

"""#),
    ("relationship.reviewed.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "relationship.reviewed/1",
  "title": "Relationship reviewed",
  "description": "A declared relationship was looked at again.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "relationshipEventId": {
      "x-label": "Relationship",
      "description": "The relationship.declared event that was looked at.",
      "type": "string",
      "x-format": "eventId"
    },
    "outcome": {
      "x-label": "Outcome",
      "description": "What came out of it.",
      "type": "string",
      "enum": ["same", "changed", "ended"]
    },
    "text": {
      "x-label": "Text",
      "description": "Remarks on the outcome.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["relationshipEventId", "outcome"],
  "additionalProperties": false,
  "examples": [
    {
      "relationshipEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f",
      "outcome": "changed",
      "text": "Wants to hear from us less often."
    }
  ]
}

"""#),
    ("request.denied.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "request.denied/1",
  "title": "Rights request denied",
  "description": "The company did not do what a rights request asked for, and says why.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    },
    "reason": {
      "x-label": "Reason",
      "description": "Why it was denied.",
      "type": "string",
      "enum": [
        "suspectedFraud",
        "insufficientVerification",
        "noMatch",
        "claimNotCovered",
        "outsideJurisdiction",
        "tooManyRequests",
        "other"
      ]
    },
    "text": {
      "x-label": "Text",
      "description": "The reason in words, as the customer reads it.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["requestId", "reason"],
  "additionalProperties": false,
  "examples": [
    {
      "requestId": "DSR-2026-0004",
      "reason": "insufficientVerification",
      "text": "The link we sent was not used within 30 days."
    }
  ]
}

"""#),
    ("request.fulfilled.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "request.fulfilled/1",
  "title": "Rights request fulfilled",
  "description": "The company did what a rights request asked for.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["requestId"],
  "additionalProperties": false,
  "examples": [
    {"requestId": "DSR-2026-0004"}
  ]
}

"""#),
    ("request.received.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "request.received/1",
  "title": "Rights request received",
  "description": "The customer used one of her data protection rights. A legal deadline runs from now on.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    },
    "right": {
      "x-label": "Right",
      "description": "Which right the customer uses.",
      "type": "string",
      "enum": ["access", "portability", "erasure", "rectification", "restriction", "objection"]
    },
    "via": {
      "x-label": "Asked by",
      "description": "Whether the customer or a representative asked.",
      "type": "string",
      "enum": ["customer", "representative"]
    },
    "dueAt": {
      "x-label": "Due by",
      "description": "When the request must be answered.",
      "type": "string",
      "x-format": "instant"
    },
    "text": {
      "x-label": "Text",
      "description": "The request in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["requestId", "right", "via", "dueAt"],
  "additionalProperties": false,
  "examples": [
    {
      "requestId": "DSR-2026-0004",
      "right": "access",
      "via": "customer",
      "dueAt": "2026-04-01T09:00:00Z",
      "text": "Please send me everything you hold about me."
    }
  ]
}

"""#),
    ("request.verified.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "request.verified/1",
  "title": "Rights request verified",
  "description": "The company made sure that a rights request comes from the customer.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    },
    "method": {
      "x-label": "Method",
      "description": "How it was checked.",
      "type": "string",
      "enum": ["link", "code", "idCheck", "signedForm"]
    }
  },
  "required": ["requestId", "method"],
  "additionalProperties": false,
  "examples": [
    {"requestId": "DSR-2026-0004", "method": "link"}
  ]
}

"""#),
    ("request.withdrawn.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "request.withdrawn/1",
  "title": "Rights request withdrawn",
  "description": "The customer changed her mind and took a rights request back.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "requestId": {
      "x-label": "Request",
      "description": "Number of the request.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["requestId"],
  "additionalProperties": false,
  "examples": [
    {"requestId": "DSR-2026-0004"}
  ]
}

"""#),
    ("restriction.applied.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "restriction.applied/1",
  "title": "Restriction applied",
  "description": "The customer's data is kept but must not be used (GDPR Art. 18).",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "reason": {
      "x-label": "Reason",
      "description": "Why use is restricted.",
      "type": "string",
      "enum": ["accuracyContested", "unlawful", "legalClaim", "objectionPending"]
    },
    "requestId": {
      "x-label": "Request",
      "description": "Number of the rights request that led to it.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["reason"],
  "additionalProperties": false,
  "examples": [
    {"reason": "accuracyContested", "requestId": "DSR-2026-0005"}
  ]
}

"""#),
    ("restriction.lifted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "restriction.lifted/1",
  "title": "Restriction lifted",
  "description": "A restriction is over and the customer's data may be used again (GDPR Art. 18).",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "restrictionEventId": {
      "x-label": "Restriction",
      "description": "The restriction.applied event that is over.",
      "type": "string",
      "x-format": "eventId"
    }
  },
  "required": ["restrictionEventId"],
  "additionalProperties": false,
  "examples": [
    {"restrictionEventId": "8efdeb9f-798d-4dbd-9465-b25f54679f6f"}
  ]
}

"""#),
    ("schema.registered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "schema.registered/1",
  "title": "Schema registered",
  "description": "A version of an event schema is in force.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "schema": {
      "x-label": "Schema",
      "description": "Type and version of the schema, for example order.completed/2.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "contentHash": {
      "x-label": "Content digest",
      "description": "Digest of the schema file.",
      "type": "string",
      "x-format": "hash"
    }
  },
  "required": ["schema", "contentHash"],
  "additionalProperties": false,
  "examples": [
    {
      "schema": "order.completed/2",
      "contentHash": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
    }
  ]
}

"""#),
    ("signal.received.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "signal.received/1",
  "title": "Privacy signal received",
  "description": "A device of the customer sent a privacy signal, such as Global Privacy Control. It is recorded when it changes.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "kind": {
      "x-label": "Signal",
      "description": "Which signal it is.",
      "type": "string",
      "enum": ["gpc", "tcf", "gpp"]
    },
    "value": {
      "x-label": "Value",
      "description": "What the signal said, as it was sent.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "deviceId": {
      "x-label": "Device",
      "description": "Id of the device that sent it.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    }
  },
  "required": ["kind", "value", "deviceId"],
  "additionalProperties": false,
  "examples": [
    {"kind": "gpc", "value": "1", "deviceId": "device-example-1"}
  ]
}

"""#),
    ("suggestion.adopted.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "suggestion.adopted/1",
  "title": "Suggestion adopted",
  "description": "The company did what this customer had suggested.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "suggestionId": {
      "x-label": "Suggestion",
      "description": "Number of the suggestion that was taken up.",
      "type": "string",
      "x-format": "id"
    },
    "productId": {
      "x-label": "Product",
      "description": "Product that came out of it.",
      "type": "string",
      "x-format": "id"
    }
  },
  "required": ["suggestionId"],
  "additionalProperties": false,
  "examples": [
    {"suggestionId": "S-2026-0008", "productId": "LACE-COLOUR"}
  ]
}

"""#),
    ("suggestion.made.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "suggestion.made/1",
  "title": "Suggestion made",
  "description": "The customer gave the company an idea.",
  "x-subject": "customer",
  "x-dataclassification": "confidential",
  "x-datacategory": "standard",
  "type": "object",
  "properties": {
    "suggestionId": {
      "x-label": "Suggestion",
      "description": "Number of the suggestion.",
      "type": "string",
      "x-format": "id"
    },
    "topic": {
      "x-label": "Topic",
      "description": "What the idea is about.",
      "type": "string",
      "x-format": "path"
    },
    "text": {
      "x-label": "Text",
      "description": "The idea in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["suggestionId", "topic", "text"],
  "additionalProperties": false,
  "examples": [
    {"suggestionId": "S-2026-0008", "topic": "products.shoes", "text": "Sell the laces in other colours too."}
  ]
}

"""#),
    ("topic.registered.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "topic.registered/1",
  "title": "Topic registered",
  "description": "The company registered a topic with its label and how sensitive it is. A special topic has an opaque path.",
  "x-subject": "none",
  "x-dataclassification": "internal",
  "x-datacategory": "non-sensitive",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "Path of the topic; opaque, such as special.t07, if it is special.",
      "type": "string",
      "x-format": "path"
    },
    "label": {
      "x-label": "Label",
      "description": "Name of the topic as people read it.",
      "type": "string",
      "minLength": 1,
      "maxLength": 200
    },
    "sensitivity": {
      "x-label": "Sensitivity",
      "description": "How sensitive the topic is.",
      "type": "string",
      "enum": ["normal", "sensitive", "special"]
    }
  },
  "required": ["topic", "label", "sensitivity"],
  "additionalProperties": false,
  "examples": [
    {"topic": "products.shoes", "label": "Shoes", "sensitivity": "normal"}
  ]
}

"""#),
    ("value.stated.v1.json", #"""
{
  "$schema": "https://json-schema.org/draft/2020-12/schema",
  "$id": "value.stated/1",
  "title": "Value stated",
  "description": "The customer told us what matters to her.",
  "x-subject": "customer",
  "x-dataclassification": "restricted",
  "x-datacategory": "special-category",
  "type": "object",
  "properties": {
    "topic": {
      "x-label": "Topic",
      "description": "What it is about.",
      "type": "string",
      "x-format": "path"
    },
    "text": {
      "x-label": "What matters",
      "description": "What matters, in the customer's words.",
      "x-personal": true,
      "type": "string",
      "minLength": 1,
      "maxLength": 32000
    }
  },
  "required": ["topic", "text"],
  "additionalProperties": false,
  "examples": [
    {"topic": "products", "text": "Things that can be repaired."}
  ]
}

"""#),
  ]
}
