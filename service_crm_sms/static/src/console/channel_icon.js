import { CHANNEL_ICONS } from "@service_crm/console/console";

CHANNEL_ICONS.sms = "fa-mobile";
