import { registry } from "@web/core/registry";
import { DispatchBoardController } from "./dispatch_board_controller";

export const dispatchBoardView = {
    type: "service_dispatch",
    Controller: DispatchBoardController,
    searchMenuTypes: ["filter", "favorite"],
};

registry.category("views").add("service_dispatch", dispatchBoardView);
